package dev.jacobi.llvm;

import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;

/**
 * Writes what is done with arrays of arrays: tables with an address, a length and a tag for each element. Those that are arguments belong to the caller, so code that
 * stores into them stops and leaves it to the JVM.
 */
final class ReferenceText {
    private static final String ALIAS = ", !tbaa !7";

    private final Body body;
    private final ArrayText arrays;

    ReferenceText(Body body, ArrayText arrays) {
        this.body = body;
        this.arrays = arrays;
    }

    /** The tag of arrays whose elements are of this type; one that is not known is refused. */
    private String tagOfArrays(ClassDesc component, Instruction instruction) {
        return component.equals(ConstantDescs.CD_Object)
                ? Integer.toString(Tags.OBJECTS)
                : Integer.toString(Tags.of(component.arrayType()).orElseThrow(() -> body.refuse(instruction)));
    }

    private static boolean isExact(Value value) {
        return !Tags.isDynamic(value.type());
    }

    /** The address of an element, which is there. */
    private String address(Instruction access) {
        String index = arrays.index(access);
        return body.let(
                "getelementptr inbounds {ptr, i32, i32}, ptr " + body.text(access.operand(0)) + ", i64 " + index);
    }

    /** Whether a value is a table, if its type does not say so. */
    private void checkIsTable(Value array, Instruction instruction) {
        if (array.type().equals(Type.OBJECT) || isExact(array) && Tags.isFlat(Integer.parseInt(body.tag(array)))) {
            throw body.refuse(instruction);
        }
    }

    void load(Instruction load) {
        Value array = load.operand(0);
        checkIsTable(array, load);
        String address = address(load);
        String pointer = body.let("load ptr, ptr " + address + ", align 8" + ALIAS);
        String lengthAt = body.let("getelementptr inbounds i8, ptr " + address + ", i64 8");
        String length = body.let("load i32, ptr " + lengthAt + ", align 8" + ALIAS + ", !range !3");
        Value result = load.value();
        boolean isKnown = isExact(result)
                && isExact(array)
                && Integer.parseInt(body.tag(array)) == Integer.parseInt(body.tag(result)) + Tags.DIMENSION;
        String tag = "0";
        if (!isKnown) {
            String tagAt = body.let("getelementptr inbounds i8, ptr " + address + ", i64 12");
            tag = body.let("load i32, ptr " + tagAt + ", align 4" + ALIAS);
        }
        if (!isKnown && isExact(result)) {
            checkTag(pointer, tag, body.tag(result));
        }
        body.defineReference(result, pointer, length, tag);
    }

    /** Leaves unless a reference is null or has the tag. */
    private void checkTag(String pointer, String tag, String wanted) {
        String isThere = body.let("icmp ne ptr " + pointer + ", null");
        String isOther = body.let("icmp ne i32 " + tag + ", " + wanted);
        body.bailIf(body.let("and i1 " + isThere + ", " + isOther), Frame.EXCEPTION);
    }

    void store(Instruction store) {
        Value array = store.operand(0);
        Value value = store.operand(2);
        checkIsTable(array, store);
        if (value.type().equals(TapeText.STACKS)) {
            throw body.refuse(store);
        }
        String address = address(store);
        checkIsOwn(array);
        String tag = body.tag(value);
        if (isExact(array)) {
            int wanted = Integer.parseInt(body.tag(array)) - Tags.DIMENSION;
            checkTag(body.text(value), tag, Integer.toString(wanted));
        } else {
            // One of objects takes all.
            String any = body.let("icmp eq i32 " + body.tag(array) + ", " + Tags.OBJECTS);
            String component = body.let("sub i32 " + body.tag(array) + ", " + Tags.DIMENSION);
            checkTag(body.text(value), tag, body.let("select i1 " + any + ", i32 " + tag + ", i32 " + component));
        }
        write(address, body.text(value), body.length(value), tag);
    }

    /** Leaves if a table is an argument, or was in one. */
    private void checkIsOwn(Value array) {
        String at = body.let("getelementptr i8, ptr %frame, i64 " + Frame.ARGUMENTS_END);
        String end = body.let("load i64, ptr " + at + ", align 8, !tbaa !5");
        String from = body.let("ptrtoint ptr %frame to i64");
        String place = body.let("ptrtoint ptr " + body.text(array) + " to i64");
        String size = body.let("sub i64 " + end + ", " + from);
        body.bailIf(
                body.let("icmp ult i64 " + body.let("sub i64 " + place + ", " + from) + ", " + size), Frame.EXCEPTION);
    }

    void write(String address, String pointer, String length, String tag) {
        body.line("store ptr " + pointer + ", ptr " + address + ", align 8" + ALIAS);
        String lengthAt = body.let("getelementptr inbounds i8, ptr " + address + ", i64 8");
        body.line("store i32 " + length + ", ptr " + lengthAt + ", align 8" + ALIAS);
        String tagAt = body.let("getelementptr inbounds i8, ptr " + address + ", i64 12");
        body.line("store i32 " + tag + ", ptr " + tagAt + ", align 4" + ALIAS);
    }

    /** A cast to what the reference is anyway; where it is not, the JVM throws or knows better. */
    void cast(Instruction cast) {
        Value operand = cast.operand(0);
        Value result = cast.value();
        String tag = body.tag(operand);
        if (isExact(result)) {
            String wanted = body.tag(result);
            if (!tag.equals(wanted)) {
                checkTag(body.text(operand), tag, wanted);
            }
        } else if (!result.type().equals(Type.OBJECT)) {
            String flat = body.let("icmp slt i32 " + tag + ", " + Tags.OBJECTS);
            String isThere = body.let("icmp ne ptr " + body.text(operand) + ", null");
            body.bailIf(body.let("and i1 " + isThere + ", " + flat), Frame.EXCEPTION);
        }
        body.defineReference(result, body.text(operand), body.length(operand), tag);
    }

    void allocate(Instruction allocation) {
        String tag = tagOfArrays(allocation.classAttribute(), allocation);
        String length = body.text(allocation.operand(0));
        body.bailIf(body.let("icmp slt i32 " + length + ", 0"), Frame.EXCEPTION);
        take(allocation.value(), length, Integer.parseInt(tag));
    }

    /** A table of nulls, of a length of at least 0. */
    void take(Value result, String length, int tag) {
        body.defineReference(result, takeTable(length), length, Integer.toString(tag));
    }

    /** A table of nulls. */
    String takeTable(String length) {
        String bytes = bytes(length);
        String table = arrays.take(bytes);
        arrays.zero(table, bytes);
        return table;
    }

    private String bytes(String length) {
        return body.let("mul i64 " + body.let("zext i32 " + length + " to i64") + ", " + Frame.REFERENCE_BYTES);
    }

    /** A matrix of zeros or nulls, or a matrix of such. */
    void allocateRows(Instruction allocation) {
        ClassDesc type = allocation.classAttribute();
        int tag = Tags.of(type).orElseThrow(() -> body.refuse(allocation));
        int levels = allocation.operands().size();
        if (levels < 2 || levels > 3) {
            throw body.refuse(allocation);
        }
        for (Value length : allocation.operands()) {
            body.bailIf(body.let("icmp slt i32 " + body.text(length) + ", 0"), Frame.EXCEPTION);
        }
        String count = body.text(allocation.operand(0));
        String table = takeTable(count);
        String above = table;
        String places = body.let("zext i32 " + count + " to i64");
        for (int level = 1; level < levels; level++) {
            String length = body.text(allocation.operand(level));
            int tagOfRows = tag - level * Tags.DIMENSION;
            String stride = stride(length, tagOfRows, level == levels - 1);
            // So that the products fit; there is not so much memory anyway.
            body.bailIf(body.let("icmp ugt i64 " + stride + ", " + Integer.MAX_VALUE), Frame.EXCEPTION);
            body.bailIf(body.let("icmp ugt i64 " + places + ", " + Integer.MAX_VALUE), Frame.EXCEPTION);
            String bytes = body.let("mul i64 " + stride + ", " + places);
            String rows = arrays.take(bytes);
            arrays.zero(rows, bytes);
            body.line("call void @jacobi.rows(ptr " + above + ", ptr " + rows + ", i32 "
                    + body.let("trunc i64 " + places + " to i32") + ", i64 " + stride + ", i32 " + length + ", i32 "
                    + tagOfRows + ")");
            above = rows;
            places = body.let("udiv i64 " + bytes + ", " + Frame.REFERENCE_BYTES);
        }
        body.defineReference(allocation.value(), table, count, Integer.toString(tag));
    }

    /**
     * The distance of rows, which have addresses of their own also if they are empty. Tables whose places are filled in their turn follow each other with one place between
     * them, which is filled too.
     */
    private String stride(String length, int tag, boolean isLast) {
        if (!isLast) {
            return body.let("add i64 " + bytes(length) + ", " + Frame.REFERENCE_BYTES);
        }
        String bytes = Tags.isFlat(tag) ? arrays.bytes(Tags.element(tag), length) : bytes(length);
        String padded = body.let("add i64 " + bytes + ", " + Frame.ALIGNMENT);
        return body.let("and i64 " + padded + ", -" + Frame.ALIGNMENT);
    }

    /** {@code table.clone()}: the rows stay the same. */
    void copy(Instruction clone) {
        Value original = clone.operand(0);
        if (!isExact(original)) {
            throw body.refuse(clone);
        }
        arrays.checkNotNull(original);
        copy(clone.value(), original, body.length(original), body.length(original));
    }

    /** {@code Arrays.copyOf} of a table. */
    void copyOf(Instruction call) {
        Value original = call.operand(0);
        String length = body.text(call.operand(1));
        checkIsTable(original, call);
        arrays.checkNotNull(original);
        body.bailIf(body.let("icmp slt i32 " + length + ", 0"), Frame.EXCEPTION);
        String shorter = body.let("call i32 @llvm.smin.i32(i32 " + length + ", i32 " + body.length(original) + ")");
        copy(call.value(), original, length, shorter);
    }

    /** {@code System.arraycopy} between tables of one class, the target not of an argument. */
    void copyRange(Instruction call) {
        Value source = call.operand(0);
        Value target = call.operand(2);
        if (!isExact(source)
                || !source.type().equals(target.type())
                || Tags.isFlat(Integer.parseInt(body.tag(source)))) {
            throw body.refuse(call);
        }
        arrays.checkNotNull(source);
        arrays.checkNotNull(target);
        checkIsOwn(target);
        String length = body.text(call.operand(4));
        body.bailIf(body.let("icmp slt i32 " + length + ", 0"), Frame.EXCEPTION);
        String bytes = bytes(length);
        arrays.burnBytes(bytes);
        String from = inRange(source, body.text(call.operand(1)), length);
        String to = inRange(target, body.text(call.operand(3)), length);
        body.line("call void @llvm.memmove.p0.p0.i64(ptr align 8 " + to + ", ptr align 8 " + from + ", i64 " + bytes
                + ", i1 false)");
    }

    /** The address of the first of {@code length} elements, which are there. */
    private String inRange(Value array, String position, String length) {
        arrays.checkRange(array, position, length);
        return body.let("getelementptr inbounds {ptr, i32, i32}, ptr " + body.text(array) + ", i64 "
                + body.let("zext i32 " + position + " to i64"));
    }

    private void copy(Value result, Value original, String length, String copied) {
        String table = takeTable(length);
        body.line("call void @llvm.memcpy.p0.p0.i64(ptr align 64 " + table + ", ptr align 8 " + body.text(original)
                + ", i64 " + bytes(copied) + ", i1 false)");
        body.defineReference(result, table, length, body.tag(original));
    }
}
