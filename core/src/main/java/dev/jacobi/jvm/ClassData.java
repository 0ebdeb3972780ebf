package dev.jacobi.jvm;

import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.DirectMethodHandleDesc;
import java.lang.constant.DynamicConstantDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;

/**
 * The live objects that a hidden class refers to; its code loads each as a constant, which the JIT compiler sees through. They are in {@code static final} fields, since linking a
 * dynamic constant takes five milliseconds in a JVM that has just started; what does not fit into one initialiser is a dynamic constant.
 */
final class ClassData {
    private static final int MOST_FIELDS = 2_000;
    private static final ClassDesc METHOD_HANDLES = ClassDesc.of("java.lang.invoke.MethodHandles");
    private static final DirectMethodHandleDesc CLASS_DATA_AT = ConstantDescs.ofConstantBootstrap(
            METHOD_HANDLES, "classDataAt", ConstantDescs.CD_Object, ConstantDescs.CD_int);

    private final ClassDesc self;
    private final List<Object> objects = new ArrayList<>();
    private final IdentityHashMap<Object, Integer> indices = new IdentityHashMap<>();
    private final List<Field> fields = new ArrayList<>();

    /** How code loads an object. */
    interface Constant {
        void load(CodeBuilder code);
    }

    private record Field(ClassDesc owner, String name, ClassDesc type, int index) implements Constant {
        @Override
        public void load(CodeBuilder code) {
            code.getstatic(owner, name, type);
        }
    }

    /** @param self the hidden class */
    ClassData(ClassDesc self) {
        this.self = self;
    }

    /** The constant for an object, of a type that the hidden class can name. */
    Constant constant(Object object, ClassDesc type) {
        Integer known = indices.putIfAbsent(object, objects.size());
        int index = known == null ? objects.size() : known;
        if (known == null) {
            objects.add(object);
        }
        for (Field field : fields) {
            if (field.index() == index && field.type().equals(type)) {
                return field;
            }
        }
        if (fields.size() < MOST_FIELDS) {
            Field field = new Field(self, "data" + fields.size(), type, index);
            fields.add(field);
            return field;
        }
        DynamicConstantDesc<?> dynamic =
                DynamicConstantDesc.ofNamed(CLASS_DATA_AT, ConstantDescs.DEFAULT_NAME, type, index);
        return code -> code.loadConstant(dynamic);
    }

    List<Object> objects() {
        return List.copyOf(objects);
    }

    /** Adds the fields to the class, and what sets them. */
    void declare(ClassBuilder builder) {
        if (fields.isEmpty()) {
            return;
        }
        for (Field field : fields) {
            builder.withField(
                    field.name(), field.type(), ClassFile.ACC_PRIVATE | ClassFile.ACC_STATIC | ClassFile.ACC_FINAL);
        }
        builder.withMethodBody(ConstantDescs.CLASS_INIT_NAME, ConstantDescs.MTD_void, ClassFile.ACC_STATIC, code -> {
            code.invokestatic(METHOD_HANDLES, "lookup", MethodTypeDesc.of(ConstantDescs.CD_MethodHandles_Lookup))
                    .loadConstant(ConstantDescs.DEFAULT_NAME)
                    .loadConstant(ConstantDescs.CD_List)
                    .invokestatic(
                            METHOD_HANDLES,
                            "classData",
                            MethodTypeDesc.of(
                                    ConstantDescs.CD_Object,
                                    ConstantDescs.CD_MethodHandles_Lookup,
                                    ConstantDescs.CD_String,
                                    ConstantDescs.CD_Class))
                    .checkcast(ConstantDescs.CD_List)
                    .astore(0);
            for (Field field : fields) {
                code.aload(0)
                        .loadConstant(field.index())
                        .invokeinterface(
                                ConstantDescs.CD_List,
                                "get",
                                MethodTypeDesc.of(ConstantDescs.CD_Object, ConstantDescs.CD_int))
                        .checkcast(field.type())
                        .putstatic(self, field.name(), field.type());
            }
            code.return_();
        });
    }
}
