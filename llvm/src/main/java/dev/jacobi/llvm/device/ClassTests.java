package dev.jacobi.llvm.device;

import dev.jacobi.llvm.library.LibLlvm;
import java.lang.foreign.Arena;

/**
 * Writes tests of what kind a floating-point number is, {@code llvm.is.fpclass}, as comparisons of its bits. LLVM's optimiser makes such tests of comparisons with NaN and infinity, and
 * version 20's back end for SPIR-V does not know them.
 */
final class ClassTests {
    private static final int EQUAL_OR_LESS_UNSIGNED = 37;
    private static final int SIGNALING_NAN = 1;
    private static final int QUIET_NAN = 2;
    /** Of the bits of a test, by sign. */
    private static final int[] NEGATIVE = {32, 16, 8, 4};

    private static final int[] POSITIVE = {64, 128, 256, 512};

    private final LibLlvm llvm;
    private final long context;
    private final long module;

    private ClassTests(LibLlvm llvm, long context, long module) {
        this.llvm = llvm;
        this.context = context;
        this.module = module;
    }

    static void expand(LibLlvm llvm, long context, long module) {
        ClassTests tests = new ClassTests(llvm, context, module);
        tests.expand("llvm.is.fpclass.f32", Float.SIZE, Float.PRECISION - 1);
        tests.expand("llvm.is.fpclass.f64", Double.SIZE, Double.PRECISION - 1);
    }

    private void expand(String function, int bits, int fractionBits) {
        try (Arena arena = Arena.ofConfined()) {
            long declared = llvm.call("LLVMGetNamedFunction", module, arena.allocateFrom(function));
            long builder = llvm.call("LLVMCreateBuilderInContext", context);
            for (long use = firstUse(declared); use != 0; use = firstUse(declared)) {
                long test = llvm.call("LLVMGetUser", use);
                llvm.call("LLVMPositionBuilderBefore", builder, test);
                long integer = llvm.call("LLVMIntTypeInContext", context, bits);
                long number = llvm.call(
                        "LLVMBuildBitCast",
                        builder,
                        llvm.call("LLVMGetOperand", test, 0),
                        integer,
                        arena.allocateFrom(""));
                int mask = (int) llvm.call("LLVMConstIntGetZExtValue", llvm.call("LLVMGetOperand", test, 1));
                long result = result(arena, builder, integer, number, mask, bits, fractionBits);
                llvm.call("LLVMReplaceAllUsesWith", test, result);
                llvm.call("LLVMInstructionEraseFromParent", test);
            }
            llvm.call("LLVMDisposeBuilder", builder);
            if (declared != 0) {
                llvm.call("LLVMDeleteFunction", declared);
            }
        }
    }

    private long firstUse(long function) {
        return function == 0 ? 0 : llvm.call("LLVMGetFirstUse", function);
    }

    /** Whether the bits are in one of the ranges of those kinds that are asked for. */
    private long result(Arena arena, long builder, long integer, long number, int mask, int bits, int fractionBits) {
        long infinity = ((1L << (bits - 1 - fractionBits)) - 1) << fractionBits;
        long quiet = infinity | 1L << (fractionBits - 1);
        // Zero, subnormal and normal numbers, infinity, NaN that signals, NaN; the end.
        long[] begins = {0, 1, 1L << fractionBits, infinity, infinity + 1, quiet, 1L << (bits - 1)};
        long result = llvm.call("LLVMConstInt", llvm.call("LLVMInt1TypeInContext", context), 0L, 0);
        for (int sign = 0; sign < 2; sign++) {
            long offset = sign == 0 ? 0 : 1L << (bits - 1);
            for (int kind = 0; kind < begins.length - 1; kind++) {
                int asked =
                        switch (kind) {
                            case 4 -> SIGNALING_NAN;
                            case 5 -> QUIET_NAN;
                            default -> sign == 0 ? POSITIVE[kind] : NEGATIVE[kind];
                        };
                if ((mask & asked) == 0) {
                    continue;
                }
                long from = llvm.call("LLVMConstInt", integer, begins[kind] + offset, 0);
                long last = llvm.call("LLVMConstInt", integer, begins[kind + 1] - 1 - begins[kind], 0);
                long place = llvm.call("LLVMBuildSub", builder, number, from, arena.allocateFrom(""));
                long isThere = llvm.call(
                        "LLVMBuildICmp", builder, EQUAL_OR_LESS_UNSIGNED, place, last, arena.allocateFrom(""));
                result = llvm.call("LLVMBuildOr", builder, result, isThere, arena.allocateFrom(""));
            }
        }
        return result;
    }
}
