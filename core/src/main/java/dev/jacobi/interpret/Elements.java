package dev.jacobi.interpret;

/** Array elements by component descriptor, with Java's checks. Bytes and booleans share a descriptor, as in bytecode. */
final class Elements {
    private Elements() {}

    static Object load(char component, Object array, int index) {
        return switch (component) {
            case 'Z', 'B' ->
                array instanceof boolean[] booleans ? Arithmetic.bit(booleans[index]) : (int) ((byte[]) array)[index];
            case 'S' -> (int) ((short[]) array)[index];
            case 'C' -> (int) ((char[]) array)[index];
            case 'I' -> ((int[]) array)[index];
            case 'J' -> ((long[]) array)[index];
            case 'F' -> ((float[]) array)[index];
            case 'D' -> ((double[]) array)[index];
            default -> ((Object[]) array)[index];
        };
    }

    static void store(char component, Object array, int index, Object value) {
        switch (component) {
            case 'Z', 'B' -> {
                if (array instanceof boolean[] booleans) {
                    booleans[index] = ((Integer) value & 1) != 0;
                } else {
                    ((byte[]) array)[index] = (byte) (int) (Integer) value;
                }
            }
            case 'S' -> ((short[]) array)[index] = (short) (int) (Integer) value;
            case 'C' -> ((char[]) array)[index] = (char) (int) (Integer) value;
            case 'I' -> ((int[]) array)[index] = (Integer) value;
            case 'J' -> ((long[]) array)[index] = (Long) value;
            case 'F' -> ((float[]) array)[index] = (Float) value;
            case 'D' -> ((double[]) array)[index] = (Double) value;
            default -> ((Object[]) array)[index] = value;
        }
    }
}
