package dev.jacobi.jvm;

import java.lang.invoke.MethodHandle;
import java.util.Map;

/**
 * A function as a method of a hidden class.
 *
 * @param handle calls the method; its type has the classes of the function's parameters and result
 * @param holder the hidden class
 * @param name the name of the method
 * @param codeSizes the bytes of code of each method that the function became, by name; all below what HotSpot refuses to compile
 */
public record CompiledMethod(MethodHandle handle, Class<?> holder, String name, Map<String, Integer> codeSizes) {
    public CompiledMethod {
        codeSizes = Map.copyOf(codeSizes);
    }
}
