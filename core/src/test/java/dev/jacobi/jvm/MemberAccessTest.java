package dev.jacobi.jvm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacobi.JacobiException;
import dev.jacobi.Refusal;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Parser;
import dev.jacobi.ir.References.MethodReference;
import dev.jacobi.jvm.other.Vault;
import dev.jacobi.lift.ClassFiles;
import dev.jacobi.lift.Lifter;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandles;
import org.junit.jupiter.api.Test;

class MemberAccessTest {
    private static final class Nested {
        private int field = 5;
    }

    private static int readsNested(Nested nested) {
        return ++nested.field;
    }

    private static Function lift(Class<?> owner, String name, String descriptor) {
        ClassDesc type = owner.describeConstable().orElseThrow();
        return Lifter.lift(
                new MethodReference(type, name, MethodTypeDesc.ofDescriptor(descriptor), false),
                ClassFiles.of(owner.getClassLoader()));
    }

    @Test
    void privateMembersOfAnotherPackageAreReachedThroughConstantHandles() throws Throwable {
        CompiledMethod compiled = HiddenClasses.compile(lift(Vault.class, "use", "(I)J"), MethodHandles.lookup());
        assertEquals(Vault.use(7), (long) compiled.handle().invokeExact(7));
    }

    @Test
    void privateMembersOfTheNestAreLinkedDirectly() throws Throwable {
        Nested nested = new Nested();
        String name = Nested.class.describeConstable().orElseThrow().descriptorString();
        CompiledMethod compiled = HiddenClasses.compile(
                lift(MemberAccessTest.class, "readsNested", "(" + name + ")I"), MethodHandles.lookup());
        assertEquals(6, (int) compiled.handle().invoke(nested));
        assertEquals(6, readsNested(new Nested()));
    }

    @Test
    void withoutPrivilegesPrivateMembersAreStillReachedInOpenPackages() throws Throwable {
        CompiledMethod compiled = HiddenClasses.compile(lift(Vault.class, "use", "(I)J"), MethodHandles.publicLookup());
        assertEquals(Vault.use(-3), (long) compiled.handle().invokeExact(-3));
    }

    @Test
    void membersOfClosedPackagesAreRefusedWithTheOptionThatOpensThem() {
        Function function = Parser.parse("""
                function test.size(%0: java.util.ArrayList): int {
                b0:
                  %1 = get_field java.util.ArrayList.size:int %0
                  return %1
                }
                """);
        JacobiException refusal =
                assertThrows(JacobiException.class, () -> HiddenClasses.compile(function, MethodHandles.lookup()));
        assertEquals(Refusal.PACKAGE_NOT_OPEN, refusal.refusal());
        Module self = HiddenClasses.class.getModule();
        assertEquals(
                "cannot emit test.size: it reads java.util.ArrayList.size:int, which needs --add-opens java.base/java.util="
                        + (self.isNamed() ? self.getName() : "ALL-UNNAMED"),
                refusal.getMessage().lines().findFirst().orElseThrow());
    }

    @Test
    void writingFinalFieldsIsRefused() {
        Function function = Parser.parse("""
                function test.write(%0: dev.jacobi.jvm.other.Vault, %1: double[]): void {
                b0:
                  put_field dev.jacobi.jvm.other.Vault.values:double[] %0, %1
                  return
                }
                """);
        JacobiException refusal =
                assertThrows(JacobiException.class, () -> HiddenClasses.compile(function, MethodHandles.lookup()));
        assertEquals(Refusal.INACCESSIBLE_MEMBER, refusal.refusal());
    }

    @Test
    void permitsTellsWhatCanBeEmitted() {
        MemberAccess access = new MemberAccess(MethodHandles.lookup());
        Function open = lift(Vault.class, "use", "(I)J");
        assertTrue(open.blocks().stream()
                .flatMap(block -> block.instructions().stream())
                .allMatch(access::permits));
        Function closed = lift(java.util.ArrayList.class, "isEmpty", "()Z");
        assertFalse(closed.blocks().stream()
                .flatMap(block -> block.instructions().stream())
                .allMatch(access::permits));
    }
}
