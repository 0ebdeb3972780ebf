package dev.jacobi.llvm.device;

import dev.jacobi.llvm.library.LibLlvm;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Writes calls of LLVM's functions as plain operations where a back end does not know them. Code does not call these itself: the optimiser makes them. That for SPIR-V does not know tests of what kind a floating-point
 * number is (version 20), and reverses bits by an operation that is not for OpenCL.
 */
final class Expansions {
    /** Gives the value of a call; what it writes goes before it. */
    private interface Expansion {
        long result(long call);
    }

    private static final int EQUAL_OR_LESS_UNSIGNED = 37;
    private static final int SIGNALING_NAN = 1;
    private static final int QUIET_NAN = 2;
    /** Of the bits of a test, by sign. */
    private static final int[] NEGATIVE = {32, 16, 8, 4};

    private static final int[] POSITIVE = {64, 128, 256, 512};

    private final LibLlvm llvm;
    private final long context;
    private final long module;
    private final long builder;
    private final MemorySegment noName;

    private Expansions(LibLlvm llvm, long context, long module, Arena arena) {
        this.llvm = llvm;
        this.context = context;
        this.module = module;
        builder = llvm.call("LLVMCreateBuilderInContext", context);
        noName = arena.allocateFrom("");
    }

    static void run(LibLlvm llvm, long context, long module) {
        try (Arena arena = Arena.ofConfined()) {
            Expansions expansions = new Expansions(llvm, context, module, arena);
            expansions.expand(
                    "llvm.is.fpclass.f32", test -> expansions.isOfClass(test, Float.SIZE, Float.PRECISION - 1));
            expansions.expand(
                    "llvm.is.fpclass.f64", test -> expansions.isOfClass(test, Double.SIZE, Double.PRECISION - 1));
            for (int bits = Byte.SIZE; bits <= Long.SIZE; bits *= 2) {
                int size = bits;
                expansions.expand("llvm.bitreverse.i" + bits, call -> expansions.reversed(call, size));
            }
            llvm.call("LLVMDisposeBuilder", expansions.builder);
        }
    }

    private void expand(String name, Expansion expansion) {
        try (Arena arena = Arena.ofConfined()) {
            long function = llvm.call("LLVMGetNamedFunction", module, arena.allocateFrom(name));
            if (function == 0) {
                return;
            }
            for (long use = firstUse(function); use != 0; use = firstUse(function)) {
                long call = llvm.call("LLVMGetUser", use);
                llvm.call("LLVMPositionBuilderBefore", builder, call);
                llvm.call("LLVMReplaceAllUsesWith", call, expansion.result(call));
                llvm.call("LLVMInstructionEraseFromParent", call);
            }
            llvm.call("LLVMDeleteFunction", function);
        }
    }

    private long firstUse(long function) {
        return llvm.call("LLVMGetFirstUse", function);
    }

    private long operand(long call, int index) {
        return llvm.call("LLVMGetOperand", call, index);
    }

    private long build(String operation, long first, long second) {
        return llvm.call("LLVMBuild" + operation, builder, first, second, noName);
    }

    /** Neighbours are exchanged: bits, then pairs of them, and so on. */
    private long reversed(long call, int bits) {
        long integer = llvm.call("LLVMIntTypeInContext", context, bits);
        long value = operand(call, 0);
        for (int distance = 1; distance < bits; distance *= 2) {
            // Ones where the lower of two neighbours is.
            long ones = -1L >>> (Long.SIZE - bits);
            long mask = llvm.call("LLVMConstInt", integer, Long.divideUnsigned(ones, (1L << distance) + 1), 0);
            long by = llvm.call("LLVMConstInt", integer, (long) distance, 0);
            long down = build("And", build("LShr", value, by), mask);
            long up = build("Shl", build("And", value, mask), by);
            value = build("Or", down, up);
        }
        return value;
    }

    /** Whether the bits are in one of the ranges of those kinds that are asked for. */
    private long isOfClass(long test, int bits, int fractionBits) {
        long integer = llvm.call("LLVMIntTypeInContext", context, bits);
        long number = build("BitCast", operand(test, 0), integer);
        int mask = (int) llvm.call("LLVMConstIntGetZExtValue", operand(test, 1));
        long infinity = ((1L << (bits - 1 - fractionBits)) - 1) << fractionBits;
        long quiet = infinity | 1L << (fractionBits - 1);
        // Zero, subnormal and normal numbers, infinity, NaN that signals, NaN; the end.
        long[] begins = {0, 1, 1L << fractionBits, infinity, infinity + 1, quiet, 1L << (bits - 1)};
        long result = llvm.call("LLVMConstInt", llvm.call("LLVMInt1TypeInContext", context), 0L, 0);
        for (int sign = 0; sign < 2; sign++) {
            long offset = sign == 0 ? 0 : 1L << (bits - 1);
            for (int kind = 0; kind < begins.length - 1; kind++) {
                int asked = switch (kind) {
                    case 4 -> SIGNALING_NAN;
                    case 5 -> QUIET_NAN;
                    default -> sign == 0 ? POSITIVE[kind] : NEGATIVE[kind];
                };
                if ((mask & asked) == 0) {
                    continue;
                }
                long from = llvm.call("LLVMConstInt", integer, begins[kind] + offset, 0);
                long last = llvm.call("LLVMConstInt", integer, begins[kind + 1] - 1 - begins[kind], 0);
                long isThere = llvm.call(
                        "LLVMBuildICmp", builder, EQUAL_OR_LESS_UNSIGNED, build("Sub", number, from), last, noName);
                result = build("Or", result, isThere);
            }
        }
        return result;
    }
}
