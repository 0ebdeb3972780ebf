package dev.jacobi.batch;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** How a batch takes the argument, or gives the result, of one example: as it is, or, a record, by its components. */
public sealed interface RecordShape {
    /** The type of the argument or the result of one example. */
    Class<?> type();

    /** What is not taken apart, in order. */
    Stream<Whole> leaves();

    /** As it is. */
    record Whole(Class<?> type) implements RecordShape {
        @Override
        public Stream<Whole> leaves() {
            return Stream.of(this);
        }
    }

    /**
     * A record, for which the batch has a record of arrays.
     *
     * @param arrays the record class with an array for each component
     * @param components their shapes
     */
    record Apart(Class<?> type, Class<?> arrays, List<RecordShape> components) implements RecordShape {
        public Apart {
            components = List.copyOf(components);
        }

        @Override
        public Stream<Whole> leaves() {
            return components.stream().flatMap(RecordShape::leaves);
        }
    }

    /**
     * The shape of a type for which a batch declares another: apart if both are records with as many components.
     *
     * @param declared what the batch declares
     */
    static RecordShape of(Class<?> type, Class<?> declared) {
        if (!type.isRecord() || !declared.isRecord()) {
            return new Whole(type);
        }
        RecordComponent[] components = type.getRecordComponents();
        RecordComponent[] arrays = declared.getRecordComponents();
        if (components.length != arrays.length || components.length == 0) {
            return new Whole(type);
        }
        List<RecordShape> shapes = new ArrayList<>();
        for (int index = 0; index < components.length; index++) {
            shapes.add(of(components[index].getType(), arrays[index].getType()));
        }
        return new Apart(type, declared, shapes);
    }
}
