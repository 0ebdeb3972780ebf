package dev.jacobi.compile;

import java.lang.classfile.ClassFile;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodHandles.Lookup;
import java.lang.invoke.MethodType;

/**
 * Turns a lookup with private access to a class of another module into one that may also define hidden classes beside it, which takes
 * module access. Generated code must live there: it names classes that only the class's own loader sees.
 *
 * <p>A lookup with package access may define an ordinary class in that package; one that does nothing but hand out its own lookup is
 * defined there, once for each package of each class loader.
 */
final class FullPrivilege {
    private static final String NAME = "Jacobi$$Access";
    private static final String METHOD = "lookup";
    private static final MethodTypeDesc TYPE = MethodTypeDesc.of(ConstantDescs.CD_MethodHandles_Lookup);
    private static final ClassDesc METHOD_HANDLES =
            MethodHandles.class.describeConstable().orElseThrow();

    private FullPrivilege() {}

    /** A lookup on the same class with full privilege. */
    static Lookup of(Lookup inside) throws IllegalAccessException {
        if (inside.hasFullPrivilegeAccess()) {
            return inside;
        }
        Class<?> owner = inside.lookupClass();
        try {
            Class<?> helper = helper(inside);
            Lookup full = (Lookup) inside.findStatic(helper, METHOD, MethodType.methodType(Lookup.class))
                    .invokeExact();
            return MethodHandles.privateLookupIn(owner, full);
        } catch (IllegalAccessException e) {
            throw e;
        } catch (Throwable e) {
            throw (IllegalAccessException) new IllegalAccessException("no lookup in " + owner).initCause(e);
        }
    }

    private static synchronized Class<?> helper(Lookup inside) throws IllegalAccessException {
        String packageName = inside.lookupClass().getPackageName();
        try {
            return inside.findClass(packageName.isEmpty() ? NAME : packageName + "." + NAME);
        } catch (ClassNotFoundException _) {
            return inside.defineClass(bytes(ClassDesc.of(packageName, NAME)));
        }
    }

    private static byte[] bytes(ClassDesc name) {
        return ClassFile.of()
                .build(
                        name,
                        builder -> builder.withFlags(ClassFile.ACC_FINAL | ClassFile.ACC_SYNTHETIC)
                                .withMethodBody(
                                        METHOD,
                                        TYPE,
                                        ClassFile.ACC_STATIC,
                                        code -> code.invokestatic(METHOD_HANDLES, "lookup", TYPE)
                                                .areturn()));
    }
}
