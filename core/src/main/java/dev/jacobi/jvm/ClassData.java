package dev.jacobi.jvm;

import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.DirectMethodHandleDesc;
import java.lang.constant.DynamicConstantDesc;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;

/** The live objects that a hidden class refers to; its code loads each as a constant, which the JIT compiler sees through. */
final class ClassData {
    private static final DirectMethodHandleDesc CLASS_DATA_AT = ConstantDescs.ofConstantBootstrap(
            ClassDesc.of("java.lang.invoke.MethodHandles"),
            "classDataAt",
            ConstantDescs.CD_Object,
            ConstantDescs.CD_int);

    private final List<Object> objects = new ArrayList<>();
    private final IdentityHashMap<Object, Integer> indices = new IdentityHashMap<>();

    /** The constant for an object, of a type that the hidden class can name. */
    DynamicConstantDesc<?> constant(Object object, ClassDesc type) {
        int index = indices.computeIfAbsent(object, added -> {
            objects.add(added);
            return objects.size() - 1;
        });
        return DynamicConstantDesc.ofNamed(CLASS_DATA_AT, ConstantDescs.DEFAULT_NAME, type, index);
    }

    List<Object> objects() {
        return List.copyOf(objects);
    }
}
