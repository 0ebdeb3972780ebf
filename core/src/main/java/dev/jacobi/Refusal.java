package dev.jacobi;

/** The table of what Jacobi refuses: why, one change that works, and the section of {@code docs/guide/refusals.md}. */
public enum Refusal {
    UNKNOWN_CLASS(
            "no class of this name can be loaded by the class loader in use",
            "check the spelling (pkg.Outer$Inner for nested classes) and the class path"),
    UNKNOWN_METHOD(
            "the class declares no such method",
            "check name and parameter types; the methods that the class has are listed above"),
    AMBIGUOUS_METHOD(
            "several overloads have this name, and Jacobi does not guess",
            "name the parameter types: Class::method(double[],int)"),
    NO_CODE("an abstract or native method has no bytecode to read", "name the method that implements it"),
    NATIVE_METHOD(
            "native code has no bytecode that could be differentiated",
            "register a derivative for the method, or mark it inactive"),
    NO_CLASS_FILE(
            "the class loader does not hand out the bytes of this class (hidden classes, proxies and classes defined from memory)",
            "use a class that comes from a directory or a jar"),
    CORRUPT_CLASS_FILE(
            "the class file does not follow the JVM specification, so nothing that is read from it can be trusted",
            "compile the class again; if the JVM itself loads it, please report this"),
    NOT_SERIALIZABLE_LAMBDA(
            "the JVM shows nobody the code of a lambda, and it is not certain which of the lambdas of its class this is",
            "pass it directly to Jacobi's own interfaces, cast it with (Serializable & ...), or make it in the code that is differentiated"),
    SUBROUTINE(
            "jsr and ret, which compilers stopped emitting with Java 6, have no structured form",
            "compile the class again with a current compiler"),
    IRREDUCIBLE_LOOP(
            "the loop has several entries, which no Java source can express",
            "compile without the obfuscator or optimiser that made it"),
    METHOD_TOO_LARGE(
            "the code does not fit the JVM's limits even after it is split",
            "split the method at its outer loops or regions"),
    PACKAGE_NOT_OPEN(
            "the code uses members that only the package's own module may touch",
            "open the package to Jacobi with the option named above"),
    INACCESSIBLE_MEMBER(
            "the generated code may not touch this member of another class",
            "make the member public, or open its package to dev.jacobi"),
    WRONG_ACTIVITIES(
            "each parameter takes one activity, and each activity its kind of parameter",
            "give the activities in the order of the parameters"),
    WRONG_SIGNATURE(
            "a shadow follows directly after its primal argument, and the seed of an active result comes last",
            "declare the interface with the signature shown above"),
    WRONG_RULE(
            "a derivative of your own is called with exactly what Rules says",
            "declare it as a static method with the parameters and the result named above"),
    WRONG_SHADOW(
            "a shadow has the class, length and shape of its primal, is not the primal itself, and belongs to one primal",
            "allocate the shadow like the primal, filled with zeros"),
    NOT_DIFFERENTIABLE_RESULT(
            "only float, double and arrays of them carry derivatives here",
            "return double or float, or write the results into an array parameter"),
    UNSUPPORTED_CALL(
            "the call cannot be followed to one method with bytecode, and no derivative is registered for it",
            "make the receiver's class known (a final class, a constant), or register a derivative"),
    UNSUPPORTED_RECURSION(
            "the method calls itself, and is synchronized or may be overridden, so the call cannot be followed",
            "let a private or final method without a lock do the recursion"),
    NESTED_TOO_DEEP(
            "derivatives that are called inside a differentiated method are taken apart in turn, and this does not end",
            "take a derivative of higher order by derivative(f, order), or stop the nesting at a constant depth"),
    UNSUPPORTED_OBJECT(
            "the object carries derivatives, and what its constructor or class does with them is not known",
            "let the constructor compute and assign fields only, or hold the values in arrays or local variables"),
    ACTIVE_BITS(
            "the value depends on the bits of a number that carries a derivative",
            "use arithmetic instead of bit operations, or pass the argument as CONST"),
    ACTIVE_TEXT(
            "text carries no derivative, so a number that is read out of it has none",
            "pass the number itself on beside its text, or pass the argument as CONST"),
    ACTIVE_TO_CONSTANT_MEMORY(
            "a value that carries a derivative is stored where none can be kept, so its derivative would be lost without a word",
            "pass that argument as DUPLICATED with a shadow, or copy it inside the method"),
    ACTIVE_STATIC("static fields have no shadow", "pass the state as a parameter"),
    ALIASED_ARGUMENTS(
            "an array or object is reached in two ways that have different shadows, or of which only one has a shadow, so the derivative has no meaning",
            "reach it in one way only: pass it once with one shadow, or pass a copy"),
    PACKED_DIRECTIONS(
            "a shadow of the user's own class has a place for one number where it has a field, and a rule of the user's takes one direction",
            "leave packed() out: each direction has a shadow of its own then"),
    SEVERAL_ADJOINTS(
            "several adjoints go back through a method together, each in numbers and arrays of its own, and all of them on the same way",
            "leave the width out, and call the derivative for one adjoint after the other, or sweep the tape of split() several times"),
    CHANGES_ARGUMENT(
            "several derivatives at one place need the argument as it was, and objects cannot be copied",
            "call it once for each direction, each time with an object of its own"),
    TAPE_BUDGET(
            "Options.withTapeBudget bounds what reverse mode may store for the way back",
            "give it more, differentiate a part at a time, or use forward mode"),
    WRONG_AXES(
            "each parameter takes one axis, and at least one is EACH, or there would be no examples",
            "give the axes in the order of the parameters, or the method the annotation @Batch; of a derivative, its shadows and its seed are parameters too"),
    BATCH_LAYOUT(
            "PACKED and LANES are layouts of numbers, of objects, and of arrays of numbers and their rows",
            "use Layout.SEPARATE, or pass the numbers in one array"),
    BATCH_LENGTHS(
            "an argument that is EACH has one element, or one row, for each example", "pass arrays of the same length"),
    BATCH_RAGGED(
            "under PACKED and LANES the arrays of all examples have the same length",
            "pass arrays with the same number of elements for each example, or use Layout.SEPARATE, where rows may have any length"),
    SHARED_WRITTEN(
            "what one example writes into an argument that is SHARED, the next ones would read",
            "make it EACH, or let the method write into an array of its own"),
    DERIVATIVE_OF_BATCH(
            "what is differentiated, or batched again, is the loop over the examples of a method, on one thread and up to the first exception",
            "batch the derivative: of(..).reverse(..).batch(..)"),
    NOT_PARALLEL(
            "examples that run at the same time, in any order, may write only what is their own",
            "leave parallel() out, or let the method write into arrays of its own and those that are EACH"),
    NOT_INDEPENDENT(
            "the rounds of a parallel loop run on a device at the same time, so none may need what another one does, and all they touch must be numbers and arrays of numbers",
            "let each round write at its own index, into another array than it reads at other places; or make the loop sequential, which keeps it on the host"),
    NO_DEVICE(
            "a device needs its driver: CUDA's or HIP's, or an OpenCL platform that takes SPIR-V",
            "./jacobi devices says what is found, what is missing and how to get it"),
    NO_PARALLEL_LOOP(
            "the parallel streams of a method are what runs on a device; all else stays on the host",
            "write the loop as IntStream.range(..).parallel().forEach(..), or call the method without an offload"),
    NOT_NATIVE(
            "the native backend compiles code over numbers and arrays of numbers that depends on its arguments alone",
            "leave this function to the JVM (Backend.JVM, or AUTO, which does so by itself), or keep objects and static fields out of it"),
    NOT_ON_DEVICE(
            "device code computes with numbers and flat arrays of numbers; objects, locks, recursion, caught exceptions and calls that were not inlined stay on the JVM",
            "keep these out of the parallel loop, or let it run on the JVM; arrays of its own may only be read, written and asked for their length"),
    CLASS_INITIALIZATION(
            "a class is initialised by the first code that uses it, and static initialisers do not run on devices",
            "use the class in the same method before the loop, as by reading one of its static fields; or keep its static initialiser to numbers and arrays of constants"),
    DEVICE_MEMORY(
            "all arrays that a parallel loop uses lie in the device's memory while it runs, those that its rounds make too, and what derivatives need on their way back",
            "make the arrays shorter or of a smaller type, as by calls for one part of the data after the other; of what rounds make, also the loops in a round; or let the method run on the JVM"),
    NO_LLVM(
            "native code is made by libLLVM, version 20 or later, which is loaded into this process",
            "add dev.jacobi:jacobi-llvm and org.bytedeco:llvm with this platform's classifier, or name a library with -Djacobi.llvm.library=FILE"),
    INTERNAL(
            "this is a bug in Jacobi, not in your code",
            "please report it with the message and, if you can, the method");

    private final String why;
    private final String remedy;

    Refusal(String why, String remedy) {
        this.why = why;
        this.remedy = remedy;
    }

    /** Why Jacobi refuses, in one sentence. */
    public String why() {
        return why;
    }

    /** One change that works. */
    public String remedy() {
        return remedy;
    }

    /** The page of the guide, relative to the root of the project. */
    public String page() {
        return "docs/guide/refusals.md#"
                + name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }
}
