package dev.jacobi.llvm.device;

import dev.jacobi.ir.Function;
import dev.jacobi.ir.References.FieldReference;
import dev.jacobi.ir.References.MethodReference;
import dev.jacobi.ir.SourcePosition;
import dev.jacobi.ir.Verifier;
import dev.jacobi.lift.ClassFiles;
import dev.jacobi.lift.Lifter;
import dev.jacobi.llvm.device.DeviceTarget.Space;
import dev.jacobi.llvm.text.ConstantTables;
import dev.jacobi.llvm.text.Element;
import dev.jacobi.llvm.text.Intrinsics;
import dev.jacobi.llvm.text.JdkCode;
import dev.jacobi.llvm.text.ScalbText;
import dev.jacobi.optimize.DropNotes;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Writes a module of LLVM for a device: a kernel, the functions that it calls, and the constant tables that these read. */
final class DeviceModuleText {
    /** Instructions; LLVM takes seconds and more for larger functions. */
    private static final int MAX_SIZE = 50_000;

    private static final int MAX_NAME = 60;

    /** A function that was written. */
    record Helper(String name, boolean fails) {}

    /** A constant array. */
    record Table(String name, int length) {}

    /** A function, and where the arrays that it gets are: with other memory it is another function. */
    private record Key(Function function, List<@Nullable Space> spaces) {}

    private final DeviceTarget target;
    private final boolean hasFastMath;
    private final Map<MethodReference, Function> lifted = new HashMap<>();
    private final Map<Key, Helper> helpers = new HashMap<>();
    private final Set<Function> open = new HashSet<>();
    private final Map<FieldReference, Table> tables = new LinkedHashMap<>();
    private final Set<String> names = new HashSet<>();
    private final StringBuilder constants = new StringBuilder();
    private final StringBuilder functions = new StringBuilder();

    private DeviceModuleText(DeviceTarget target, boolean hasFastMath) {
        this.target = target;
        this.hasFastMath = hasFastMath;
    }

    /**
     * The text of a module.
     *
     * @param kernel is changed: notes are dropped
     * @param hasFastMath whether functions of {@code Math} are those of {@link FastMath}
     * @throws dev.jacobi.JacobiException NOT_ON_DEVICE if something in it cannot be device code
     */
    static String of(Function kernel, DeviceTarget target, boolean hasFastMath) {
        return new DeviceModuleText(target, hasFastMath).write(kernel);
    }

    /** The name of a kernel in its module. */
    static String entry(Function kernel) {
        String name = clean(kernel.name());
        return "jacobi_" + name.substring(Math.max(0, name.length() - MAX_NAME));
    }

    private static String clean(String name) {
        return name.replaceAll("[^A-Za-z0-9]", "_");
    }

    private String write(Function kernel) {
        int size = kernel.blocks().stream()
                .mapToInt(block -> block.instructions().size())
                .sum();
        if (size > MAX_SIZE) {
            throw DeviceCode.refuse(kernel, "has " + size + " instructions, more than " + MAX_SIZE, null);
        }
        DropNotes.run(kernel);
        if (hasFastMath) {
            FastMathCalls.run(kernel);
        }
        Verifier.verify(kernel);
        names.add(entry(kernel));
        open.add(kernel);
        String text = DeviceFunctionText.kernel(kernel, this, entry(kernel));
        String code = text + functions;
        code += ScalbText.of(code, target.convention());
        return constants
                + target.itemFunction()
                + "\n"
                + code
                + Intrinsics.declarations(code)
                + "attributes #0 = { nounwind }\n"
                + target.flags();
    }

    DeviceTarget target() {
        return target;
    }

    /** A static method with bytecode. */
    Function lift(MethodReference method) {
        return lifted.computeIfAbsent(
                method, _ -> Lifter.lift(method, ClassFiles.of(DeviceModuleText.class.getClassLoader())));
    }

    /** A function that code calls, which is written if it is not there. */
    Helper helper(
            Function function, List<@Nullable Space> spaces, DeviceCode caller, @Nullable SourcePosition position) {
        Key key = new Key(function, spaces);
        Helper known = helpers.get(key);
        if (known != null) {
            return known;
        }
        if (!open.add(function)) {
            throw caller.refuse("calls " + function.signature() + ", which calls itself", position);
        }
        Function called = hasFastMath && !isLibrary(function.origin()) ? withFastMath(function) : function;
        Verifier.verify(called);
        String name = unique(clean(function.name()));
        DeviceFunctionText text = DeviceFunctionText.helper(called, spaces, this);
        String written = text.write(name);
        functions.append('\n').append(written);
        open.remove(function);
        Helper made = new Helper(name, text.fails());
        helpers.put(key, made);
        return made;
    }

    /** Whether it is code of the JDK, or what is called instead of that. */
    static boolean isLibrary(@Nullable MethodReference method) {
        return method != null && (JdkCode.isCompiled(method.owner()) || FastMathCalls.isOwner(method.owner()));
    }

    private static Function withFastMath(Function function) {
        Function copy = function.copy();
        FastMathCalls.run(copy);
        return copy;
    }

    private String unique(String name) {
        String candidate = name;
        for (int number = 2; !names.add(candidate); number++) {
            candidate = name + "_" + number;
        }
        return candidate;
    }

    /** The name of the function that copies elements: from the end on if they move up, as both arrays may be one. */
    String copyFunction(Element element, Space from, Space to) {
        String name = "jacobi_copy_" + element.type() + "_" + target.number(from) + "_" + target.number(to);
        if (names.add(name)) {
            functions.append("""

                    define internal %1$svoid @%2$s(%3$s %%from, i64 %%from.start, %4$s %%to, i64 %%to.start, i32 %%length) #0 {
                    entry:
                      %%is.up = icmp slt i64 %%from.start, %%to.start
                      %%last = sub i32 %%length, 1
                      br label %%head
                    head:
                      %%done = phi i32 [ 0, %%entry ], [ %%next, %%body ]
                      %%more = icmp slt i32 %%done, %%length
                      br i1 %%more, label %%body, label %%end
                    body:
                      %%from.end = sub i32 %%last, %%done
                      %%place = select i1 %%is.up, i32 %%from.end, i32 %%done
                      %%wide = zext i32 %%place to i64
                      %%from.place = add i64 %%from.start, %%wide
                      %%from.at = getelementptr inbounds %5$s, %3$s %%from, i64 %%from.place
                      %%element = load %5$s, %3$s %%from.at, align %6$d
                      %%to.place = add i64 %%to.start, %%wide
                      %%to.at = getelementptr inbounds %5$s, %4$s %%to, i64 %%to.place
                      store %5$s %%element, %4$s %%to.at, align %6$d
                      %%next = add i32 %%done, 1
                      br label %%head
                    end:
                      ret void
                    }
                    """.formatted(
                            target.convention(),
                            name,
                            target.pointer(from),
                            target.pointer(to),
                            element.type(),
                            element.bytes()));
        }
        return name;
    }

    Table table(FieldReference field, DeviceCode code) {
        return tables.computeIfAbsent(field, _ -> {
            ConstantTables.Contents contents = ConstantTables.read(field, code);
            String name = unique(clean(field.signature()));
            int space = target.number(Space.CONSTANT);
            constants
                    .append('@')
                    .append(name)
                    .append(" = private unnamed_addr addrspace(")
                    .append(space);
            constants.append(") constant ").append(contents.text()).append(", align 8\n");
            return new Table(name, contents.length());
        });
    }
}
