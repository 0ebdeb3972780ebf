package dev.jacobi.ir;

import dev.jacobi.ir.Lexer.Token;
import java.lang.constant.ClassDesc;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the {@link Parser} has read of a function, with names not yet resolved. */
final class Syntax {
    private Syntax() {}

    record FunctionText(Token name, List<ParameterText> parameters, Type returnType, List<BlockText> blocks) {}

    record BlockText(
            Token label,
            List<ParameterText> parameters,
            List<InstructionText> instructions,
            TerminatorText terminator,
            List<HandlerText> handlers) {}

    record ParameterText(Token name, Type type) {}

    /**
     * @param type the type of the result if the text gives it
     * @param attribute the attribute, or the token with the name of a function
     */
    record InstructionText(
            @Nullable Token result,
            @Nullable Type type,
            Token mnemonic,
            OpCode opCode,
            boolean proved,
            boolean noted,
            boolean adjointSum,
            boolean unorderedStep,
            boolean independentStep,
            @Nullable Object attribute,
            List<Token> operands) {}

    record EdgeText(Token target, List<Token> arguments) {}

    record HandlerText(@Nullable ClassDesc catchType, EdgeText edge) {}

    /** A terminator that waits for its values and blocks. */
    interface TerminatorText {
        Terminator resolve(Names names);
    }

    /** Finds what names stand for. */
    interface Names {
        Value value(Token name);

        Edge edge(EdgeText edge);
    }
}
