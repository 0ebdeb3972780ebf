package dev.jacobi.conformance.random;

import dev.jacobi.conformance.random.Program.Variable;
import java.util.List;
import java.util.Map;

/** A program that counts in its static field, as shrinking leaves programs, which leaves out that {@code run} sets it itself. */
record CountingProgram(Program program, Class<?> type) {
    static CountingProgram compiled(MemoryCompiler compiler, long seed) throws ClassNotFoundException {
        Node.Body body = new Node.Body();
        body.add("shared += a & 7;");
        body.add("return shared * b;");
        List<Variable> parameters =
                List.of(new Variable("a", "int", true, false), new Variable("b", "double", true, false));
        Program program = new Program(
                seed, Program.PACKAGE + ".C" + seed, List.of(new Program.Method("run", "double", parameters, body)));
        Map<String, byte[]> classes = compiler.compile(Map.of(program.className(), program.source()), false);
        return new CountingProgram(program, new MemoryCompiler.Loader(classes).loadClass(program.className()));
    }
}
