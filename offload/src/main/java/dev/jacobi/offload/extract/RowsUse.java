package dev.jacobi.offload.extract;

import dev.jacobi.ir.Value;
import java.lang.constant.ClassDesc;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a loop does with the rows of an array of arrays of numbers. The array itself is only read, by the host alone.
 *
 * @param isTouched whether it reads or writes elements; else it only asks for lengths
 * @param isWritten whether it may write elements
 * @param writtenRows the rows in which it may write elements, or null if these may be any
 */
public record RowsUse(
        boolean isTouched, boolean isWritten, @Nullable List<Span> writtenRows) implements Use {

    /** @param accesses those of the rows of one array */
    static RowsUse of(List<ArrayAccess> accesses, Outside outside) {
        List<Span> rows = new ArrayList<>();
        boolean any = false;
        for (ArrayAccess access : accesses) {
            if (access.isWrite() && access.row() != null) {
                Span span = Span.of(access.row().place(), outside);
                any |= span == null;
                if (span != null && !rows.contains(span)) {
                    rows.add(span);
                }
            }
        }
        return new RowsUse(!accesses.isEmpty(), any || !rows.isEmpty(), any ? null : List.copyOf(rows));
    }

    /** Whether a value is an array of arrays of numbers. */
    static boolean isArrayOfRows(Value value) {
        ClassDesc row = value.type().isArray() ? value.type().descriptor().componentType() : null;
        return row != null && row.isArray() && row.componentType().isPrimitive();
    }
}
