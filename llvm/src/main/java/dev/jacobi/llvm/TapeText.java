package dev.jacobi.llvm;

import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.References.FieldReference;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import dev.jacobi.llvm.text.Element;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Writes what is done with {@code dev.jacobi.runtime.TapeStacks}, the tape that derivatives share with those of the methods that they call: a block with a place for each field,
 * in the memory of the call.
 *
 * <p>Not handled: budgets, and what belongs to derivatives in two parts or to calls with several targets.
 */
final class TapeText {
    static final Type STACKS = Type.of(ClassDesc.of("dev.jacobi.runtime.TapeStacks"));

    private static final String ALIAS = ", !tbaa !7";
    private static final int FIELD_BYTES = 16;
    /** The lengths of the arrays that hold further results. */
    private static final int RESULTS = 255;
    /** The length of a new stack of references. */
    private static final int REFERENCES = 256;

    private record Field(int place, ClassDesc type) {}

    private static final Map<String, Field> FIELDS = fields();

    private final Body body;
    private final ArrayText arrays;
    private final ReferenceText references;

    TapeText(Body body, ArrayText arrays, ReferenceText references) {
        this.body = body;
        this.arrays = arrays;
        this.references = references;
    }

    private static Map<String, Field> fields() {
        Map<String, Field> fields = new LinkedHashMap<>();
        for (Element element : new Element[] {Element.DOUBLE, Element.FLOAT, Element.LONG, Element.INT, Element.BYTE}) {
            String name = element.primitive().getName() + "s";
            ClassDesc array =
                    element.primitive().describeConstable().orElseThrow().arrayType();
            fields.put(name, new Field(fields.size(), array));
            fields.put(name + "Top", new Field(fields.size(), ConstantDescs.CD_int));
        }
        fields.put("references", new Field(fields.size(), ConstantDescs.CD_Object.arrayType()));
        fields.put("referencesTop", new Field(fields.size(), ConstantDescs.CD_int));
        fields.put("numbers", new Field(fields.size(), ConstantDescs.CD_double.arrayType()));
        fields.put("shadows", new Field(fields.size(), ConstantDescs.CD_Object.arrayType()));
        return fields;
    }

    /** Whether a field is one of the tape. */
    static boolean handles(FieldReference field) {
        return Type.of(field.owner()).equals(STACKS) && FIELDS.containsKey(field.name());
    }

    private String address(String stacks, Field field) {
        return body.let("getelementptr inbounds i8, ptr " + stacks + ", i64 " + field.place() * FIELD_BYTES);
    }

    private Field field(Instruction access) {
        if (!handles(access.field())) {
            throw body.refuse(access);
        }
        return FIELDS.get(access.field().name());
    }

    void acquire(Instruction call) {
        String stacks = arrays.reserve(Integer.toString(FIELDS.size() * FIELD_BYTES));
        FIELDS.forEach((name, field) -> {
            Optional<Element> element = Element.ofArray(field.type());
            String place = address(stacks, field);
            if (!field.type().isArray()) {
                body.line("store i32 0, ptr " + place + ", align 8" + ALIAS);
            } else if (element.isEmpty()) {
                String length = Integer.toString(name.equals("references") ? REFERENCES : RESULTS);
                references.write(place, references.takeTable(length), length, Integer.toString(Tags.OBJECTS));
            } else if (name.equals("numbers")) {
                String array =
                        arrays.reserve(Integer.toString(RESULTS * element.get().bytes()));
                references.write(place, array, Integer.toString(RESULTS), tag(element.get()));
            } else {
                String length = arrays.tapeLength(element.get());
                String array = arrays.reserve(arrays.bytes(element.get(), length));
                references.write(place, array, length, tag(element.get()));
            }
        });
        body.defineReference(call.value(), stacks, "0");
    }

    private static String tag(Element element) {
        return Integer.toString(Tags.ofArray(element));
    }

    /** What the call has allocated goes when it returns; the next call begins with as much. */
    void release(Instruction call) {
        String stacks = body.text(call.operand(0));
        FIELDS.forEach((name, field) -> {
            if (field.type().isArray() && !name.equals("numbers")) {
                Element.ofArray(field.type())
                        .ifPresent(element -> arrays.tapeUsed(element, length(address(stacks, field))));
            }
        });
    }

    private String length(String place) {
        String at = body.let("getelementptr inbounds i8, ptr " + place + ", i64 8");
        return body.let("load i32, ptr " + at + ", align 8" + ALIAS + ", !range !3");
    }

    void get(Instruction access) {
        Field field = field(access);
        arrays.checkNotNull(access.operand(0));
        String place = address(body.text(access.operand(0)), field);
        Value result = access.value();
        if (field.type().isArray()) {
            String pointer = body.let("load ptr, ptr " + place + ", align 8" + ALIAS);
            Element element = Element.ofArray(field.type()).orElse(null);
            String tag = element == null ? Integer.toString(Tags.OBJECTS) : tag(element);
            body.defineReference(result, pointer, length(place), tag);
        } else {
            body.define(result, "load i32, ptr " + place + ", align 8" + ALIAS);
        }
    }

    void put(Instruction access) {
        Field field = field(access);
        Value value = access.operand(1);
        arrays.checkNotNull(access.operand(0));
        body.requireFits(Type.of(field.type()), value);
        String place = address(body.text(access.operand(0)), field);
        if (field.type().isArray()) {
            references.write(place, body.text(value), body.length(value), body.tag(value));
        } else {
            body.line("store i32 " + body.text(value) + ", ptr " + place + ", align 8" + ALIAS);
        }
    }
}
