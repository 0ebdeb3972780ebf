package dev.jacobi.llvm;

import dev.jacobi.analysis.Loops;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.Terminator;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import dev.jacobi.llvm.text.ControlFlowText;
import dev.jacobi.llvm.text.Element;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;

/**
 * Writes a function of the IR as an internal function of LLVM. It gets the frame and the parameters, and returns its result, if any, and a
 * status: {@link Frame#DONE}, or why it has stopped. A reference is two values, a pointer and a length.
 */
final class FunctionText extends ControlFlowText {
    /** Where a guard goes if the function turns out to call itself; its name follows. */
    private static final String MAY_BE_DEEP = "; ";

    private final Function function;
    private final Body body;
    private final ModuleText module;
    private final InstructionText instructions;
    private final LoopFuel fuel;
    private final HoistedChecks checks;
    private final AliasScopes scopes;
    private final DividingLoops dividing;
    private final IndependentLoops independent;
    /** The metadata of loops by their headers. */
    private final Map<Block, String> ofLoops = new HashMap<>();

    FunctionText(Function function, ModuleText module) {
        this(function, new Body(function), module);
    }

    private FunctionText(Function function, Body body, ModuleText module) {
        super(body);
        this.function = function;
        this.body = body;
        this.module = module;
        Loops loops = Loops.of(function);
        Set<Value> tape = TapeArrays.of(function);
        checks = new HoistedChecks(loops, TapeColumns.of(loops, tape));
        scopes = new AliasScopes(function, module, tape, checks.columns());
        independent = new IndependentLoops(loops, module);
        ArrayText arrays = new ArrayText(body, checks, scopes, independent);
        instructions = new InstructionText(body, module, arrays, new RunningExtremes(function, loops));
        fuel = new LoopFuel(function, module.options());
        dividing = DividingLoops.of(function);
    }

    /** The type that the function returns. */
    static String resultType(Type type) {
        return switch (type.kind()) {
            case VOID -> "{i32}";
            case REFERENCE -> Tags.isDynamic(type) ? "{ptr, i32, i32, i32}" : "{ptr, i32, i32}";
            default -> "{" + Element.typeOf(type) + ", i32}";
        };
    }

    /** The position of the status in what the function returns. */
    static int statusIndex(Type type) {
        return switch (type.kind()) {
            case VOID -> 0;
            case REFERENCE -> Tags.isDynamic(type) ? 3 : 2;
            default -> 1;
        };
    }

    /** @param attributes of the function, for example {@code #0} */
    String write(String name, String attributes) {
        StringJoiner parameters = new StringJoiner(", ", "(", ")").add("ptr noalias %frame");
        for (Value parameter : function.parameters()) {
            parameters.add(Element.typeOf(parameter.type()) + " %v" + parameter.id());
            if (parameter.type().isReference()) {
                requireNumbers(parameter);
                parameters.add("i32 range(i32 0, -2147483648) %n" + parameter.id());
                if (Tags.isDynamic(parameter.type())) {
                    parameters.add("i32 %g" + parameter.id());
                }
            }
        }
        if (!Tags.handles(function.returnType())) {
            throw body.refuse("returns " + function.returnType(), null);
        }
        String blocks = blocks();
        StringBuilder out = new StringBuilder();
        String result = resultType(function.returnType());
        out.append("define internal ").append(result).append(" @").append(name).append(parameters);
        out.append(' ').append(attributes).append(" {\nentry:\n").append(body.allocas());
        out.append(MAY_BE_DEEP).append(name).append('\n');
        out.append("  br label %b").append(function.entry().id()).append('\n');
        out.append(blocks);
        for (int status : body.statuses()) {
            out.append(body.bail(status)).append(":\n  ret ").append(result).append(' ');
            out.append(failed(status)).append('\n');
        }
        return out.append("}\n").toString();
    }

    /** What a function that calls itself, perhaps through others, does first, in the place of the mark. */
    static String guarded(String text, Function function, String name) {
        String result = resultType(function.returnType());
        String guard = """
                  %%depth = call ptr @llvm.frameaddress.p0(i32 0)
                  %%depth.address = ptrtoint ptr %%depth to i64
                  %%depth.limit.at = getelementptr i8, ptr %%frame, i64 %d
                  %%depth.limit = load i64, ptr %%depth.limit.at, align 8, !tbaa !5
                  %%depth.exceeded = icmp ult i64 %%depth.address, %%depth.limit
                  br i1 %%depth.exceeded, label %%depth.stop, label %%depth.fuel, !prof !1
                depth.stop:
                  ret %s %s
                depth.fuel:
                  %%depth.fuel.at = getelementptr i8, ptr %%frame, i64 %d
                  %%depth.fuel.before = load i64, ptr %%depth.fuel.at, align 8, !tbaa !5
                  %%depth.fuel.left = sub i64 %%depth.fuel.before, %d
                  store i64 %%depth.fuel.left, ptr %%depth.fuel.at, align 8, !tbaa !5
                  %%depth.long = icmp slt i64 %%depth.fuel.left, 0
                  br i1 %%depth.long, label %%depth.empty, label %%depth.go, !prof !1
                depth.empty:
                  ret %s %s
                depth.go:
                """.formatted(
                        Frame.STACK,
                        result,
                        failed(function.returnType(), Frame.EXCEPTION),
                        Frame.FUEL,
                        OperationCosts.CALL,
                        result,
                        failed(function.returnType(), Frame.FUEL_USED));
        return text.replace(MAY_BE_DEEP + name + "\n", guard);
    }

    /** The text without the mark. */
    static String unguarded(String text, String name) {
        return text.replace(MAY_BE_DEEP + name + "\n", "");
    }

    private String failed(int status) {
        return failed(function.returnType(), status);
    }

    private static String failed(Type type, int status) {
        return switch (type.kind()) {
            case VOID -> "{ i32 " + status + " }";
            case REFERENCE ->
                Tags.isDynamic(type)
                        ? "{ ptr null, i32 0, i32 0, i32 " + status + " }"
                        : "{ ptr null, i32 0, i32 " + status + " }";
            default -> "{ " + Element.typeOf(type) + " " + Body.zero(type) + ", i32 " + status + " }";
        };
    }

    private void requireNumbers(Value parameter) {
        if (!Tags.handles(parameter.type())) {
            throw body.refuse("takes " + parameter.type(), null);
        }
    }

    @Override
    protected String phis(Value parameter, int index, List<Incoming> ways) {
        StringJoiner values = new StringJoiner(", ");
        StringJoiner lengths = new StringJoiner(", ");
        StringJoiner tags = new StringJoiner(", ");
        boolean isReference = parameter.type().isReference();
        boolean isDynamic = Tags.isDynamic(parameter.type());
        for (Incoming way : ways) {
            Value argument = way.argument(index);
            body.requireFits(parameter.type(), argument);
            values.add("[ " + body.text(argument) + ", %" + way.from() + " ]");
            tags.add("[ " + (isDynamic ? body.tag(argument) : "0") + ", %" + way.from() + " ]");
            lengths.add("[ " + (isReference ? body.length(argument) : "0") + ", %" + way.from() + " ]");
        }
        return "  %v" + parameter.id() + " = phi " + Element.typeOf(parameter.type()) + " " + values + "\n"
                + (isReference ? "  %n" + parameter.id() + " = phi i32 " + lengths + "\n" : "")
                + (isDynamic ? "  %g" + parameter.id() + " = phi i32 " + tags + "\n" : "");
    }

    @Override
    protected String metadata(Block from, Edge edge) {
        Block header = edge.target();
        StringJoiner properties = new StringJoiner(", ");
        if (dividing.goesBack(from, header)) {
            properties.add(ModuleText.NOT_VECTORIZED);
        }
        if (independent.goesBack(from, header)) {
            properties.add(independent.property(header));
        }
        return properties.length() == 0
                ? ""
                : ", !llvm.loop "
                        + ofLoops.computeIfAbsent(header, _ -> module.metadata("distinct !{%s, " + properties + "}"));
    }

    @Override
    protected void start(Block block) {
        fuel.atStart(block, body);
    }

    @Override
    protected void write(Instruction instruction) {
        instructions.write(instruction);
    }

    @Override
    protected void fail() {
        body.line("br label %" + body.bail(Frame.EXCEPTION));
    }

    @Override
    protected boolean isBusy(Edge edge) {
        return fuel.isPaidOn(edge) || checks.isOn(edge);
    }

    @Override
    protected void onEdge(Edge edge) {
        fuel.onEdge(edge, body);
        checks.onEdge(edge, body);
        if (checks.enters(edge)) {
            scopes.atStart(edge.target(), body);
        }
    }

    @Override
    protected void write(Terminator.Return result) {
        Type type = function.returnType();
        String returned = resultType(type);
        Value value = result.value();
        if (value == null) {
            body.line("ret {i32} zeroinitializer");
            return;
        }
        body.requireFits(type, value);
        String made = body.let("insertvalue " + returned + " zeroinitializer, " + body.typed(value) + ", 0");
        if (type.isReference()) {
            made = body.let("insertvalue " + returned + " " + made + ", i32 " + body.length(value) + ", 1");
            if (Tags.isDynamic(type)) {
                made = body.let("insertvalue " + returned + " " + made + ", i32 " + body.tag(value) + ", 2");
            }
        }
        body.line("ret " + returned + " " + made);
    }

    /** Whether the value can be reached only through its own uses: it is no argument of an edge or call, and not returned. */
    static boolean staysInPlace(Function function, Value array) {
        for (Block block : function.blocks()) {
            for (Instruction instruction : block.instructions()) {
                if (instruction.operands().contains(array)
                        && switch (instruction.opCode()) {
                            case ARRAY_LOAD, ARRAY_LENGTH, NULL_CHECK, EQ, NE -> false;
                            case ARRAY_STORE -> instruction.operand(2) == array;
                            case INVOKE_STATIC ->
                                instruction.result() != null
                                        && instruction.value().type().isReference();
                            default -> true;
                        }) {
                    return false;
                }
            }
            if (block.terminator().operands().contains(array)
                    || block.edges().stream().anyMatch(edge -> edge.arguments().contains(array))) {
                return false;
            }
        }
        return true;
    }

    /** The length of an array that is made with a constant one, or -1. */
    static int constantLength(Instruction allocation) {
        Instruction definition = allocation.operand(0).definition();
        return definition != null
                        && definition.opCode() == OpCode.CONSTANT
                        && definition.attribute() instanceof Integer length
                        && length >= 0
                ? length
                : -1;
    }
}
