package dev.jacobi.llvm;

import dev.jacobi.JacobiException;
import dev.jacobi.Refusal;
import dev.jacobi.cache.EntryReader;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import dev.jacobi.llvm.library.CompileThread;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.constant.ClassDesc;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodType;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;
import org.jspecify.annotations.Nullable;

/**
 * All that a {@link NativeFunction} is made of but what runs on the JVM; it can be kept and read in another process.
 *
 * @param text the module of LLVM, with {@link CodeLoader#ENTRY}
 * @param written for each parameter whether it is an array that the code may write
 */
record NativeRecipe(String name, String text, List<Type> parameters, List<Boolean> written, Type result) {
    private static final System.Logger LOG = System.getLogger("dev.jacobi.llvm");

    static NativeRecipe of(Function function, String text) {
        List<Boolean> written = new ArrayList<>();
        for (boolean each : DirectEntryText.written(function)) {
            written.add(each);
        }
        return new NativeRecipe(
                function.name(),
                text,
                function.parameters().stream().map(Value::type).toList(),
                written,
                function.returnType());
    }

    /**
     * Compiles and loads it.
     *
     * @param type of the handle; if null, all parameters have the types that they have in the code
     * @param onJvm gives what does the same on the JVM, and is asked when it is needed
     */
    NativeFunction load(@Nullable MethodType type, Supplier<MethodHandle> onJvm) {
        long start = System.nanoTime();
        LoadedCode code = CompileThread.run(() -> CodeLoader.load(text, name));
        LOG.log(
                System.Logger.Level.DEBUG,
                "{0} compiled natively in {1} ms",
                name,
                (System.nanoTime() - start) / 1_000_000);
        boolean[] mayBeWritten = new boolean[written.size()];
        for (int i = 0; i < mayBeWritten.length; i++) {
            mayBeWritten[i] = written.get(i);
        }
        return new NativeFunction(
                name,
                code,
                text.contains("@jacobi.tape.used(") ? new TapeLengths() : null,
                parameters,
                mayBeWritten,
                result,
                type == null ? typeOf(parameters, result) : type,
                onJvm);
    }

    /** All references are arrays of primitives, which every class loader knows. */
    static MethodType typeOf(List<Type> parameters, Type result) {
        StringBuilder descriptor = new StringBuilder("(");
        parameters.forEach(parameter -> descriptor.append(parameter.descriptor().descriptorString()));
        descriptor.append(')').append(result.descriptor().descriptorString());
        return MethodType.fromMethodDescriptorString(descriptor.toString(), NativeRecipe.class.getClassLoader());
    }

    /** What {@link #read} makes the same of. */
    byte[] bytes() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(new DeflaterOutputStream(bytes))) {
            out.writeUTF(name);
            out.writeInt(parameters.size());
            for (int i = 0; i < parameters.size(); i++) {
                out.writeUTF(parameters.get(i).descriptor().descriptorString());
                out.writeBoolean(written.get(i));
            }
            out.writeUTF(result.descriptor().descriptorString());
            byte[] module = text.getBytes(StandardCharsets.UTF_8);
            out.writeInt(module.length);
            out.write(module);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return bytes.toByteArray();
    }

    /** @throws JacobiException INTERNAL if these are no such bytes */
    static NativeRecipe read(byte[] bytes) {
        try (InflaterInputStream inflated = new InflaterInputStream(new ByteArrayInputStream(bytes))) {
            EntryReader in = new EntryReader(inflated.readAllBytes());
            String name = in.readUTF();
            int count = in.readInt();
            List<Type> parameters = new ArrayList<>();
            List<Boolean> written = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                parameters.add(Type.of(ClassDesc.ofDescriptor(in.readUTF())));
                written.add(in.readBoolean());
            }
            Type result = Type.of(ClassDesc.ofDescriptor(in.readUTF()));
            String text = new String(in.readBytes(in.readInt()), StandardCharsets.UTF_8);
            return new NativeRecipe(name, text, parameters, written, result);
        } catch (IOException | IllegalArgumentException e) {
            throw new JacobiException(Refusal.INTERNAL, "native code that was kept cannot be read", null, e);
        }
    }
}
