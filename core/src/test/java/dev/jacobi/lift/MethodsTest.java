package dev.jacobi.lift;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.jacobi.JacobiException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class MethodsTest {
    private static final String NAME = "dev.jacobi.lift.MethodsTest$Model";

    @SuppressWarnings("unused")
    static class Base<T> {
        static double inherited(double x) {
            return x;
        }

        T same(T value) {
            return value;
        }
    }

    @SuppressWarnings("unused")
    abstract static class Model extends Base<String> {
        static double loss(double[] x) {
            return x[0];
        }

        static double loss(double[] x, int n) {
            return x[n];
        }

        static double one(java.util.Map.Entry<String, Double> entry) {
            return entry.getValue();
        }

        @Override
        String same(String value) {
            return value;
        }

        abstract void open();
    }

    private static String found(String member) {
        return Methods.find(NAME + "::" + member, MethodsTest.class.getClassLoader())
                .reference()
                .toString();
    }

    private static void refused(String message, Executable executable) {
        assertEquals(message, assertThrows(JacobiException.class, executable).getMessage());
    }

    @Test
    void signaturesSelectAmongOverloads() {
        String one = NAME + ".loss([D)D";
        String two = NAME + ".loss([DI)D";
        assertEquals(one, found("loss(double[])"));
        assertEquals(one, found("loss(double...)"));
        assertEquals(two, found("loss( double[] , int )"));
        assertEquals(two, found("loss([DI)D"));
        assertEquals(
                two,
                Methods.find(Model.class, "loss", double[].class, int.class)
                        .reference()
                        .toString());
        assertEquals(
                one, Methods.find(Model.class, "loss(double[])").reference().toString());
    }

    @Test
    void typesMayBeGivenByTheirSimpleNames() {
        for (String type : List.of("Entry", "java.util.Map$Entry")) {
            assertEquals(NAME + ".one(Ljava/util/Map$Entry;)D", found("one(" + type + ")"));
        }
    }

    @Test
    void inheritedMethodsAreFoundWhereTheyAreDeclared() {
        assertEquals("dev.jacobi.lift.MethodsTest$Base.inherited(D)D", found("inherited"));
    }

    @Test
    void bridgesAreNotAmbiguousWithWhatTheyLeadTo() {
        assertEquals(NAME + ".same(Ljava/lang/String;)Ljava/lang/String;", found("same"));
    }

    @Test
    @SuppressWarnings("InlineFormatString") // as a text block the message reads as it is printed
    void unknownClassesAreRefused() {
        String message = """
                there is no class %s
                  why: no class of this name can be loaded by the class loader in use
                  try: check the spelling (pkg.Outer$Inner for nested classes) and the class path
                  see: docs/guide/refusals.md#unknown-class""";
        for (String name : List.of("no.such.Class", "not a/class;")) {
            refused(message.formatted(name), () -> Methods.find(name + "::method", MethodsTest.class.getClassLoader()));
        }
    }

    @Test
    void unknownMethodsAreRefusedWithThoseThatThereAre() {
        String message = """
                %s
                  why: the class declares no such method
                  try: check name and parameter types; the methods that the class has are listed above
                  see: docs/guide/refusals.md#unknown-method""";
        refused(message.formatted("""
                dev.jacobi.lift.MethodsTest$Model has no method los
                  has: loss(double[])
                       loss(double[], int)
                       one(java.util.Map$Entry)
                       same(java.lang.String)
                       open()"""), () -> found("los"));
        refused(message.formatted("""
                dev.jacobi.lift.MethodsTest$Model has no method loss(double)
                  has: loss(double[])
                       loss(double[], int)"""), () -> found("loss(double)"));
        refused(
                message.formatted("'loss' is not of the form pkg.Class::method"),
                () -> Methods.find("loss", MethodsTest.class.getClassLoader()));
    }

    @Test
    void overloadsAreNotGuessed() {
        refused("""
                dev.jacobi.lift.MethodsTest$Model has 2 methods loss
                  has: loss(double[])
                       loss(double[], int)
                  why: several overloads have this name, and Jacobi does not guess
                  try: name the parameter types: Class::method(double[],int)
                  see: docs/guide/refusals.md#ambiguous-method""", () -> found("loss"));
    }

    @Test
    void methodsWithoutCodeAreNotLifted() {
        String message = """
                cannot lift %s(): it is %s
                  at:  %1$s
                  why: an abstract or native method has no bytecode to read
                  try: name the method that implements it
                  see: docs/guide/refusals.md#no-code""";
        refused(
                message.formatted(NAME + ".open", "abstract"),
                () -> Methods.find(Model.class, "open").lift());
        refused(
                message.formatted("java.lang.System.nanoTime", "native"),
                () -> Methods.find("java.lang.System::nanoTime", (ClassLoader) null)
                        .lift());
    }

    @Test
    void classesThatHaveNoFileAreRefused() {
        Class<?> proxy = java.lang.reflect.Proxy.newProxyInstance(
                        MethodsTest.class.getClassLoader(), new Class<?>[] {Runnable.class}, (_, _, _) -> null)
                .getClass();
        refused("""
                there is no class file of %s
                  why: the class loader does not hand out the bytes of this class (hidden classes, proxies and classes defined from memory)
                  try: use a class that comes from a directory or a jar
                  see: docs/guide/refusals.md#no-class-file""".formatted(proxy.getName()), () -> Methods.find(proxy, "run"));
    }
}
