package dev.jacobi.llvm.device;

import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Handler;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.Terminator;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import dev.jacobi.llvm.device.DeviceTarget.Space;
import dev.jacobi.llvm.text.CodeWriter;
import dev.jacobi.llvm.text.ControlFlowText;
import dev.jacobi.llvm.text.Element;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * Writes a function for a device: the kernel, which is started for each round, or a function that it calls. An exception ends the round: the kernel notes its number in the status word, if
 * none before it has failed; another function sets a flag, which its caller looks at. Arrays are numbers in a row, in one known memory.
 */
final class DeviceFunctionText extends ControlFlowText {
    private final Function function;
    private final DeviceCode code;
    private final DeviceInstructionText instructions;
    private final boolean isKernel;
    private final String status;

    private DeviceFunctionText(DeviceCode code, DeviceModuleText module, boolean isKernel) {
        super(code);
        this.function = code.function();
        this.code = code;
        this.isKernel = isKernel;
        status = module.target().pointer(Space.GLOBAL) + " %status";
        instructions = new DeviceInstructionText(code, module, isKernel);
    }

    /** The text of a kernel. */
    static String kernel(Function function, DeviceModuleText module, String name) {
        List<@Nullable Space> spaces = new ArrayList<>();
        function.parameters().forEach(parameter -> spaces.add(parameter.type().isReference() ? Space.GLOBAL : null));
        DeviceCode code = new DeviceCode(function, module.target(), new AddressSpaces(function, spaces));
        if (function.parameters().isEmpty()
                || !function.parameters().getLast().type().equals(Type.INT)) {
            throw code.refuse("takes no int as its last argument", null);
        }
        if (!function.returnType().equals(Type.VOID)) {
            throw code.refuse("returns " + function.returnType(), null);
        }
        return new DeviceFunctionText(code, module, true).write(name);
    }

    /** @param spaces where the arrays among the parameters are */
    static DeviceFunctionText helper(Function function, List<@Nullable Space> spaces, DeviceModuleText module) {
        DeviceCode code = new DeviceCode(function, module.target(), new AddressSpaces(function, spaces));
        if (function.returnType().isReference()) {
            throw code.refuse("returns " + function.returnType(), null);
        }
        return new DeviceFunctionText(code, module, false);
    }

    /** Whether the function, which is written, may set the flag. */
    boolean fails() {
        return code.fails();
    }

    String write(String name) {
        refuseHandlers();
        String blocks = blocks();
        StringBuilder out = new StringBuilder();
        DeviceTarget target = code.target();
        out.append("define ").append(isKernel ? target.kernelConvention() + " " : "internal " + target.convention());
        out.append(Element.typeOf(function.returnType()))
                .append(" @")
                .append(name)
                .append(parameters());
        out.append(" #0 {\nentry:\n").append(code.allocas()).append(entry());
        out.append("  br label %b").append(function.entry().id()).append('\n');
        out.append(blocks);
        if (code.fails()) {
            out.append(DeviceCode.FAIL).append(":\n").append(failure());
        }
        return out.append("}\n").toString();
    }

    private String parameters() {
        StringJoiner parameters = new StringJoiner(", ", "(", ")");
        List<Value> values = function.parameters();
        for (Value parameter : isKernel ? values.subList(0, values.size() - 1) : values) {
            if (parameter.type().isReference()
                    && Element.ofArray(parameter.type().descriptor()).isEmpty()) {
                throw code.refuse("takes " + parameter.type(), null);
            }
            parameters.add(code.type(parameter) + " %v" + parameter.id());
            if (parameter.type().isReference()) {
                parameters.add("i32 %n" + parameter.id());
            }
        }
        if (isKernel) {
            parameters.add("i32 %first").add("i32 %count").add(status);
        } else if (code.fails()) {
            parameters.add(code.target().pointer(Space.PRIVATE) + " %failed");
        }
        return parameters.toString();
    }

    private String entry() {
        return isKernel
                ? """
                  %%item = call %si64 @jacobi_item()
                  %%end = zext i32 %%count to i64
                  %%inside = icmp ult i64 %%item, %%end
                  br i1 %%inside, label %%round, label %%outside
                outside:
                  ret void
                round:
                  %%round.number = trunc i64 %%item to i32
                  %%v%d = add i32 %%first, %%round.number
                %s""".formatted(
                                code.target().convention(),
                                function.parameters().getLast().id(),
                                instructions.entry())
                : "";
    }

    private String failure() {
        if (isKernel) {
            return "  %least = atomicrmw umin " + status + ", i32 %round.number syncscope(\""
                    + code.target().deviceScope() + "\") monotonic\n  ret void\n";
        }
        Type type = function.returnType();
        String nothing = type.equals(Type.VOID) ? "void" : Element.typeOf(type) + " " + CodeWriter.zero(type);
        return "  store i32 1, " + code.target().pointer(Space.PRIVATE) + " %failed, align 4\n  ret " + nothing + "\n";
    }

    /** Where an exception that is caught may be thrown. */
    private void refuseHandlers() {
        for (Block block : function.blocks()) {
            boolean mayThrow = block.terminator() instanceof Terminator.Throw
                    || block.instructions().stream().anyMatch(Instruction::mayThrow);
            for (Handler handler : block.handlers()) {
                if (mayThrow) {
                    throw code.refuse(
                            "catches "
                                    + (handler.catchType() == null ? "all exceptions" : Type.name(handler.catchType())),
                            block.instructions().isEmpty()
                                    ? null
                                    : block.instructions().getLast().position());
                }
            }
        }
    }

    // ---- blocks ----

    @Override
    protected void start(Block block) {}

    @Override
    protected String metadata(Block from, Edge edge) {
        return "";
    }

    @Override
    protected void write(Instruction instruction) {
        instructions.write(instruction);
    }

    @Override
    protected void fail() {
        code.line("br label %" + code.failing());
    }

    @Override
    protected void write(Terminator.Return result) {
        Value value = result.value();
        code.line(value == null ? "ret void" : "ret " + code.typed(value));
    }

    @Override
    protected boolean isBusy(Edge edge) {
        return false;
    }

    @Override
    protected void onEdge(Edge edge) {}

    @Override
    protected String phis(Value parameter, int index, List<Incoming> ways) {
        boolean isReference = parameter.type().isReference();
        StringJoiner values = new StringJoiner(", ");
        StringJoiner lengths = new StringJoiner(", ");
        for (Incoming way : ways) {
            Value argument = way.argument(index);
            values.add("[ " + code.text(argument) + ", %" + way.from() + " ]");
            lengths.add(isReference ? "[ " + code.length(argument) + ", %" + way.from() + " ]" : "");
        }
        return "  %v" + parameter.id() + " = phi " + code.type(parameter) + " " + values + "\n"
                + (isReference ? "  %n" + parameter.id() + " = phi i32 " + lengths + "\n" : "");
    }
}
