package dev.jacobi.llvm;

import dev.jacobi.autodiff.ShadowChecks;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.References.EmbeddedObject;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Writes the checks of shadows that derivatives of derivatives make on their way. What is not right beyond doubt is left to the JVM: shadows must be like their arrays, and
 * all arrays must lie one behind the other in the order of the arguments, so that no two are the same.
 *
 * <p>Not for several directions in one shadow.
 */
final class ShadowCheckText {
    private static final Type CHECKS =
            Type.of(java.lang.constant.ClassDesc.ofDescriptor(ShadowChecks.class.descriptorString()));

    private final Body body;

    ShadowCheckText(Body body) {
        this.body = body;
    }

    static boolean handles(Instruction instruction) {
        return instruction.opCode() == OpCode.EMBED
                ? instruction.attribute() instanceof EmbeddedObject embedded
                        && embedded.object() instanceof ShadowChecks
                : instruction.opCode() == OpCode.INVOKE_VIRTUAL
                        && Type.of(instruction.method().owner()).equals(CHECKS);
    }

    /** The object itself and its arguments one by one: nothing; then all checks. */
    void write(Instruction instruction) {
        if (instruction.opCode() == OpCode.INVOKE_VIRTUAL
                && instruction.method().name().equals("checkArguments")) {
            check(instruction);
        }
    }

    private void check(Instruction call) {
        ShadowChecks checks = checks(call.operand(0), call);
        @Nullable Value[] references = new @Nullable Value[checks.count()];
        for (Instruction before : call.block().instructions()) {
            if (before == call) {
                break;
            }
            if (before.opCode() == OpCode.INVOKE_VIRTUAL
                    && handles(before)
                    && before.method().name().equals("argument")
                    && before.operand(0) == call.operand(0)
                    && constant(before.operand(1)) instanceof Integer index) {
                references[index] = before.operand(2);
            }
        }
        if (Arrays.asList(references).contains(null) || checks.perElement() != 1) {
            throw body.refuse(call);
        }
        String last = "null";
        for (int i = 0; i < references.length; i++) {
            Value reference = references[i];
            int dimensions = dimensions(reference, call);
            last = body.let("call ptr @jacobi.walk." + dimensions + "(ptr " + last + ", " + array(reference) + ")");
            int primal = checks.arrayOf(i);
            if (primal >= 0) {
                Value array = references[primal];
                if (!array.type().equals(reference.type())) {
                    throw body.refuse(call);
                }
                String alike = body.let(
                        "call i1 @jacobi.alike." + dimensions + "(" + array(array) + ", " + array(reference) + ")");
                body.bailIf(body.let("xor i1 " + alike + ", true"), Frame.EXCEPTION);
            }
        }
        body.bailIf(body.let("icmp eq ptr " + last + ", inttoptr (i64 -1 to ptr)"), Frame.EXCEPTION);
    }

    private ShadowChecks checks(Value value, Instruction call) {
        Instruction definition = value.definition();
        if (definition != null
                && definition.attribute() instanceof EmbeddedObject embedded
                && embedded.object() instanceof ShadowChecks checks) {
            return checks;
        }
        throw body.refuse(call);
    }

    private static @Nullable Object constant(Value value) {
        Instruction definition = value.definition();
        return definition != null && definition.opCode() == OpCode.CONSTANT ? definition.attribute() : null;
    }

    private int dimensions(Value reference, Instruction call) {
        if (Tags.isDynamic(reference.type()) || !reference.type().isArray()) {
            throw body.refuse(call);
        }
        return Integer.parseInt(body.tag(reference)) / Tags.DIMENSION;
    }

    private String array(Value array) {
        return "ptr " + body.text(array) + ", i32 " + body.length(array);
    }

    // ---- the functions that are called ----

    /** Those that the code calls, up to the greatest depth. */
    static String runtime(String code) {
        StringBuilder out = new StringBuilder();
        int deepest = 0;
        for (int depth = 1; depth < 256; depth++) {
            deepest = code.contains("@jacobi.walk." + depth + "(") ? depth : deepest;
        }
        for (int depth = 1; depth <= deepest; depth++) {
            out.append((depth == 1 ? FLAT : NESTED)
                    .replace("@jacobi.walk.N", "@jacobi.walk." + depth)
                    .replace("@jacobi.alike.N", "@jacobi.alike." + depth)
                    .replace("@jacobi.walk.M", "@jacobi.walk." + (depth - 1))
                    .replace("@jacobi.alike.M", "@jacobi.alike." + (depth - 1)));
        }
        return out.toString();
    }

    /** Walking gives the last array that was met, or all ones after one that is null or does not lie behind those before it. */
    private static final String FLAT = """

            define internal ptr @jacobi.walk.N(ptr %last, ptr %array, i32 %length) nounwind willreturn memory(none) {
              %behind = icmp ugt ptr %array, %last
              %now = select i1 %behind, ptr %array, ptr inttoptr (i64 -1 to ptr)
              ret ptr %now
            }

            define internal i1 @jacobi.alike.N(ptr %a, i32 %n, ptr %b, i32 %m) nounwind willreturn memory(none) {
              %same = icmp eq i32 %n, %m
              %no.a = icmp eq ptr %a, null
              %no.b = icmp eq ptr %b, null
              %both = icmp eq i1 %no.a, %no.b
              %alike = and i1 %same, %both
              ret i1 %alike
            }
            """;

    private static final String NESTED = """

            define internal ptr @jacobi.walk.N(ptr %last, ptr %table, i32 %length) nounwind willreturn memory(read) {
              %behind = icmp ugt ptr %table, %last
              %first = select i1 %behind, ptr %table, ptr inttoptr (i64 -1 to ptr)
              %none = icmp eq i32 %length, 0
              %end = xor i1 %behind, true
              %nothing = or i1 %none, %end
              br i1 %nothing, label %done, label %loop
            loop:
              %i = phi i32 [ 0, %0 ], [ %next, %latch ]
              %now = phi ptr [ %first, %0 ], [ %later, %latch ]
              %wide = zext i32 %i to i64
              %place = getelementptr inbounds {ptr, i32, i32}, ptr %table, i64 %wide
              %row = load ptr, ptr %place, align 8, !tbaa !7
              %size.at = getelementptr inbounds i8, ptr %place, i64 8
              %size = load i32, ptr %size.at, align 8, !tbaa !7
              %missing = icmp eq ptr %row, null
              br i1 %missing, label %latch, label %row.there
            row.there:
              %walked = call ptr @jacobi.walk.M(ptr %now, ptr %row, i32 %size)
              br label %latch
            latch:
              %later = phi ptr [ %now, %loop ], [ %walked, %row.there ]
              %next = add nuw i32 %i, 1
              %more = icmp ult i32 %next, %length
              br i1 %more, label %loop, label %done
            done:
              %result = phi ptr [ %first, %0 ], [ %later, %latch ]
              ret ptr %result
            }

            define internal i1 @jacobi.alike.N(ptr %a, i32 %n, ptr %b, i32 %m) nounwind willreturn memory(read) {
              %same = icmp eq i32 %n, %m
              %no.a = icmp eq ptr %a, null
              %no.b = icmp eq ptr %b, null
              %both = icmp eq i1 %no.a, %no.b
              %alike = and i1 %same, %both
              %some = icmp ne i32 %n, 0
              %go = and i1 %alike, %some
              br i1 %go, label %loop, label %done
            loop:
              %i = phi i32 [ 0, %0 ], [ %next, %loop ]
              %wide = zext i32 %i to i64
              %a.place = getelementptr inbounds {ptr, i32, i32}, ptr %a, i64 %wide
              %b.place = getelementptr inbounds {ptr, i32, i32}, ptr %b, i64 %wide
              %a.row = load ptr, ptr %a.place, align 8, !tbaa !7
              %b.row = load ptr, ptr %b.place, align 8, !tbaa !7
              %a.size.at = getelementptr inbounds i8, ptr %a.place, i64 8
              %b.size.at = getelementptr inbounds i8, ptr %b.place, i64 8
              %a.size = load i32, ptr %a.size.at, align 8, !tbaa !7
              %b.size = load i32, ptr %b.size.at, align 8, !tbaa !7
              %rows = call i1 @jacobi.alike.M(ptr %a.row, i32 %a.size, ptr %b.row, i32 %b.size)
              %next = add nuw i32 %i, 1
              %more = icmp ult i32 %next, %n
              %on = and i1 %rows, %more
              br i1 %on, label %loop, label %done
            done:
              %result = phi i1 [ %alike, %0 ], [ %rows, %loop ]
              ret i1 %result
            }
            """;
}
