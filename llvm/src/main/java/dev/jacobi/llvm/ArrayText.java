package dev.jacobi.llvm;

import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.Value;
import dev.jacobi.llvm.text.Element;
import java.util.Optional;

/**
 * Writes what is done with arrays. Every check is written, also where the IR says that it is proved: a mistake in a proof would be a
 * read or write anywhere in the process.
 */
final class ArrayText {
    /** Arrays up to this size, of constant length and not handed on, are on the stack. */
    private static final int MAX_STACK_BYTES = 256;

    private final Body body;
    private final HoistedChecks checks;
    private final AliasScopes scopes;
    private final IndependentLoops independent;

    ArrayText(Body body, HoistedChecks checks, AliasScopes scopes, IndependentLoops independent) {
        this.body = body;
        this.checks = checks;
        this.scopes = scopes;
        this.independent = independent;
    }

    void checkNotNull(Value array) {
        body.bailIf(body.let("icmp eq ptr " + body.text(array) + ", null"), Frame.EXCEPTION);
    }

    void length(Instruction instruction) {
        checkNotNull(instruction.operand(0));
        body.define(instruction.value(), "add i32 " + body.length(instruction.operand(0)) + ", 0");
    }

    /** The address of an element, which is there. */
    private String address(Instruction instruction, Element element) {
        return body.let("getelementptr inbounds " + element.type() + ", ptr " + body.text(instruction.operand(0))
                + ", i64 " + index(instruction));
    }

    /** The index of an access as an i64, checked. */
    String index(Instruction access) {
        if (checks.covers(access)) {
            return checks.index(access, body);
        }
        if (checks.isLate(access)) {
            return checks.lateIndex(access, body);
        }
        Value array = access.operand(0);
        String index = body.text(access.operand(1));
        checkNotNull(array);
        body.bailIf(body.let("icmp uge i32 " + index + ", " + body.length(array)), Frame.EXCEPTION);
        return body.let("sext i32 " + index + " to i64");
    }

    void load(Instruction instruction) {
        Element element = component(instruction);
        checkIs(instruction.operand(0), element);
        String address = address(instruction, element);
        String load = "load " + element.type() + ", ptr " + address + ", align " + element.bytes() + ", !tbaa "
                + element.aliasTag() + annotations(instruction);
        if (element.widening().isEmpty()) {
            body.define(instruction.value(), load);
        } else {
            body.define(
                    instruction.value(), element.widening() + " " + element.type() + " " + body.let(load) + " to i32");
        }
    }

    void store(Instruction instruction) {
        Element element = component(instruction);
        checkIs(instruction.operand(0), element);
        String address = address(instruction, element);
        String value = body.text(instruction.operand(2));
        if (element == Element.BOOLEAN) {
            value = body.let("and i32 " + value + ", 1");
        }
        if (!element.widening().isEmpty()) {
            value = body.let("trunc i32 " + value + " to " + element.type());
        }
        body.line("store " + element.type() + " " + value + ", ptr " + address + ", align " + element.bytes()
                + ", !tbaa " + element.aliasTag() + annotations(instruction));
    }

    private String annotations(Instruction access) {
        return scopes.annotation(access) + independent.annotation(access);
    }

    /** Where the type of an array does not say what it holds, its tag must. */
    private void checkIs(Value array, Element element) {
        if (Tags.isDynamic(array.type())) {
            body.bailIf(body.let("icmp ne i32 " + body.tag(array) + ", " + Tags.ofArray(element)), Frame.EXCEPTION);
        }
    }

    /** The elements by the operation, or by the array where the operation stands for two kinds. */
    private Element component(Instruction instruction) {
        Element named = Element.of(instruction.classAttribute()).orElseThrow(() -> body.refuse(instruction));
        return named != Element.BYTE
                ? named
                : known(instruction.operand(0)).orElseThrow(() -> body.refuse(instruction));
    }

    /** The elements of the arrays that a value can be. */
    Optional<Element> known(Value array) {
        Optional<Element> byType = Element.ofArray(array.type().descriptor());
        Instruction definition = array.definition();
        if (byType.isPresent() || definition == null) {
            return byType;
        }
        return CallText.isClone(definition) ? known(definition.operand(0)) : Optional.empty();
    }

    void allocate(Instruction instruction) {
        Element element = Element.of(instruction.classAttribute()).orElseThrow(() -> body.refuse(instruction));
        int constant = FunctionText.constantLength(instruction);
        if (constant >= 0
                && constant * (long) element.bytes() <= MAX_STACK_BYTES
                && FunctionText.staysInPlace(body.function(), instruction.value())) {
            String bytes = Long.toString(Math.max(1, constant * (long) element.bytes()));
            String place = body.alloca("[" + bytes + " x i8]");
            zero(place, bytes);
            body.defineReference(instruction.value(), place, Integer.toString(constant));
            return;
        }
        allocate(instruction, element);
    }

    /** An array of zeros, with the length that the first operand says. */
    void allocate(Instruction instruction, Element element) {
        String length = body.text(instruction.operand(0));
        body.bailIf(body.let("icmp slt i32 " + length + ", 0"), Frame.EXCEPTION);
        String bytes = bytes(element, length);
        String array = take(bytes);
        zero(array, bytes);
        body.defineReference(instruction.value(), array, length);
    }

    /** The length of a new array of the tape. */
    String tapeLength(Element element) {
        String at = body.let("getelementptr i8, ptr %frame, i64 " + (Frame.TAPE + 4L * element.number()));
        return body.let("load i32, ptr " + at + ", align 4, !tbaa !5, !range !3");
    }

    /** Notes how long an array of the tape has become. */
    void tapeUsed(Element element, String length) {
        body.line("call void @jacobi.tape.used(ptr %frame, i64 " + (Frame.TAPE_USED + 4L * element.number()) + ", i32 "
                + length + ")");
    }

    /** The bytes of so many elements. */
    String bytes(Element element, String length) {
        String wide = body.let("zext i32 " + length + " to i64");
        return body.let("mul i64 " + wide + ", " + element.bytes());
    }

    /** So many bytes of the call's memory, with arbitrary contents. */
    String take(String bytes) {
        burnBytes(bytes);
        return reserve(bytes);
    }

    /** The same where they are not written at once. */
    String reserve(String bytes) {
        String array = body.let("call noalias ptr @jacobi.allocate(ptr %frame, i64 " + bytes + ")");
        body.bailIf(body.let("icmp eq ptr " + array + ", null"), Frame.MEMORY);
        return array;
    }

    void zero(String place, String bytes) {
        body.line("call void @llvm.memset.p0.i64(ptr align 64 " + place + ", i8 0, i64 " + bytes + ", i1 false)");
    }

    /** {@code array.clone()}. */
    void copy(Instruction clone) {
        Value original = clone.operand(0);
        Element element = known(original).orElseThrow(() -> body.refuse(clone));
        checkNotNull(original);
        String bytes = bytes(element, body.length(original));
        String array = take(bytes);
        body.line("call void @llvm.memcpy.p0.p0.i64(ptr align 64 " + array + ", ptr align " + element.bytes() + " "
                + body.text(original) + ", i64 " + bytes + ", i1 false)");
        body.defineReference(clone.value(), array, body.length(original), Integer.toString(Tags.ofArray(element)));
    }

    /** {@code System.arraycopy} between arrays of the same kind, which may be one. */
    void copyRange(Instruction call) {
        Value source = call.operand(0);
        Value target = call.operand(2);
        Element element = known(source).orElseThrow(() -> body.refuse(call));
        if (!known(target).equals(Optional.of(element))) {
            throw body.refuse(call);
        }
        checkNotNull(source);
        checkNotNull(target);
        String length = body.text(call.operand(4));
        body.bailIf(body.let("icmp slt i32 " + length + ", 0"), Frame.EXCEPTION);
        burnBytes(bytes(element, length));
        String from = inRange(source, body.text(call.operand(1)), length, element);
        String to = inRange(target, body.text(call.operand(3)), length, element);
        body.line("call void @llvm.memmove.p0.p0.i64(ptr align " + element.bytes() + " " + to + ", ptr align "
                + element.bytes() + " " + from + ", i64 " + bytes(element, length) + ", i1 false)");
    }

    /** The address of the first of {@code length} elements, which are there. */
    private String inRange(Value array, String position, String length, Element element) {
        String start = checkRange(array, position, length);
        return body.let("getelementptr inbounds " + element.type() + ", ptr " + body.text(array) + ", i64 " + start);
    }

    /** Leaves if {@code length} elements from a position on are not all there; the position as an i64. */
    String checkRange(Value array, String position, String length) {
        return body.checkRange(body.length(array), position, length);
    }

    /** Pays for writing or copying so many bytes. */
    void burnBytes(String bytes) {
        body.burn(body.let("lshr i64 " + bytes + ", " + OperationCosts.BYTES));
    }
}
