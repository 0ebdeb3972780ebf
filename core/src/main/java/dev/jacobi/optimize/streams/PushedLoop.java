package dev.jacobi.optimize.streams;

import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_void;

import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.References.MethodReference;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import dev.jacobi.optimize.streams.StreamChain.Stage;
import dev.jacobi.runtime.library.PushedElements;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.List;

/**
 * The loop over what the function of a {@code mapMulti} pushes for one element; the function has come to its end before. {@link PushedOrder} says where that
 * makes no difference.
 *
 * @param element what was pushed
 * @param kept what the outer loop keeps, and the number of elements taken
 * @param again where the loop goes on, with as much kept
 */
record PushedLoop(Value element, List<Value> kept, Block again) {

    /** Writes the loop, up to where an element has been taken. */
    static PushedLoop write(LoopCode code, Stage stage, Value element, List<Value> outer, Block next) {
        Instruction call = stage.call();
        ClassDesc buffer = buffer(stage);
        String name = switch (stage.result()) {
            case OBJECT -> "objects";
            case DOUBLE -> "doubles";
            case INT -> "ints";
            case LONG -> "longs";
        };
        MethodTypeDesc push = MethodTypeDesc.of(
                buffer,
                call.method().type().parameterType(0),
                StreamChain.Element.of(call.method().owner()).orElseThrow().component());
        Value pushed = code.append(
                        OpCode.INVOKE_STATIC, new MethodReference(PUSHED, name, push, false), call.operand(1), element)
                .value();

        List<Type> types = new ArrayList<>(outer.stream().map(Value::type).toList());
        types.add(Type.INT);
        Block head = code.newBlock(types);
        Block again = code.newBlock(types);
        Block more = code.newBlock(List.of());
        Block end = code.newBlock(List.of());
        List<Value> start = new ArrayList<>(outer);
        start.add(code.constant(0));
        code.jump(head, start);
        code.continueIn(head);
        Value index = head.parameters().getLast();
        MethodReference size = new MethodReference(PUSHED, "size", MethodTypeDesc.of(CD_int), false);
        Value count = code.append(OpCode.INVOKE_VIRTUAL, size, pushed).value();
        code.branch(code.op(OpCode.LT, index, count), Edge.to(more), Edge.to(end));

        code.continueIn(end);
        code.append(
                OpCode.INVOKE_VIRTUAL, new MethodReference(PUSHED, "end", MethodTypeDesc.of(CD_void), false), pushed);
        code.jump(next, head.parameters().subList(0, outer.size()));

        code.continueIn(again);
        List<Value> onwards = new ArrayList<>(again.parameters());
        onwards.add(code.op(OpCode.ADD, onwards.removeLast(), code.constant(1)));
        code.jump(head, onwards);

        code.continueIn(more);
        MethodReference get = new MethodReference(
                buffer, "get", MethodTypeDesc.of(stage.result().component(), CD_int), false);
        Value taken = code.append(OpCode.INVOKE_VIRTUAL, get, pushed, index).value();
        return new PushedLoop(taken, head.parameters(), again);
    }

    private static final ClassDesc PUSHED =
            PushedElements.class.describeConstable().orElseThrow();

    private static ClassDesc buffer(Stage stage) {
        Class<?> type = switch (stage.result()) {
            case OBJECT -> PushedElements.OfObjects.class;
            case DOUBLE -> PushedElements.OfDoubles.class;
            case INT -> PushedElements.OfInts.class;
            case LONG -> PushedElements.OfLongs.class;
        };
        return type.describeConstable().orElseThrow();
    }
}
