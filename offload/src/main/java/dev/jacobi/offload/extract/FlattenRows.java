package dev.jacobi.offload.extract;

import dev.jacobi.autodiff.Emitter;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.SourcePosition;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import dev.jacobi.offload.extract.Obstacle.Found;
import java.lang.constant.ConstantDescs;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Lets a kernel see each array of arrays of numbers as three flat arrays: the elements of all rows, one row after the other; for each row, where it starts among these; and for each, where it ends. An
 * index outside of the rows fails as one of the starts, one outside of its row becomes -1. Rows are not null: that is found out before the launch.
 *
 * <p>Of rows, elements are read and written and lengths asked for. Code that does anything else with a row, such as to compare it, choose among rows or keep one, is refused.
 */
final class FlattenRows {
    /** So many for one array of arrays. */
    static final int ARRAYS = 3;

    private record Flat(Value data, Value starts, Value ends) {}

    private record Row(Value data, Value start, Value end) {}

    private final Function function;
    private final Map<Value, Flat> arrays = new HashMap<>();
    private final Map<Value, Row> rows = new HashMap<>();
    private final Map<Value, Value> replaced = new HashMap<>();

    private FlattenRows(Function function) {
        this.function = function;
    }

    /**
     * Changes the parameters of a kernel, and what it does with them.
     *
     * @throws Found if it does anything else with an array of arrays, or with a row
     */
    static void run(Function function) throws Found {
        if (function.parameters().stream().anyMatch(RowsUse::isArrayOfRows)) {
            new FlattenRows(function).run();
        }
    }

    private void run() throws Found {
        replaceParameters();
        forEachInstruction(this::takeRow);
        forEachInstruction(this::useRow);
        for (Block block : function.blocks()) {
            refuse(block.terminator().operands(), block.terminator().position());
            for (Edge edge : block.edges()) {
                refuse(edge.arguments(), block.terminator().position());
            }
        }
        function.replaceValues(replaced);
    }

    private void replaceParameters() {
        Block entry = function.entry();
        List<Value> before = List.copyOf(entry.parameters());
        Map<Value, Value> same = new HashMap<>();
        for (Value parameter : before) {
            if (RowsUse.isArrayOfRows(parameter)) {
                Type row = Type.of(parameter.type().descriptor().componentType());
                Type ints = Type.of(ConstantDescs.CD_int.arrayType());
                arrays.put(
                        parameter,
                        new Flat(entry.addParameter(row), entry.addParameter(ints), entry.addParameter(ints)));
            } else {
                same.put(parameter, entry.addParameter(parameter.type()));
            }
        }
        before.forEach(_ -> entry.removeParameter(0));
        function.replaceValues(same);
    }

    @FunctionalInterface
    private interface Change {
        /**
         * Changes what an instruction does.
         *
         * @param emitter puts instructions before it
         * @return whether it stays
         */
        boolean apply(Instruction instruction, Emitter emitter) throws Found;
    }

    private void forEachInstruction(Change change) throws Found {
        for (Block block : function.blocks()) {
            List<Instruction> after = new ArrayList<>();
            for (Instruction instruction : block.instructions()) {
                if (change.apply(instruction, new Emitter(function, after::add, instruction.position()))) {
                    after.add(instruction);
                }
            }
            block.setInstructions(after);
        }
    }

    /** Looks at what is done with the arrays of arrays. */
    private boolean takeRow(Instruction instruction, Emitter emitter) throws Found {
        Flat flat = instruction.operands().isEmpty() ? null : arrays.get(instruction.operand(0));
        if (flat == null) {
            return true;
        }
        switch (instruction.opCode()) {
            case ARRAY_LOAD -> {
                Value index = instruction.operand(1);
                Instruction start =
                        emitter.emit(OpCode.ARRAY_LOAD, ConstantDescs.CD_int, List.of(flat.starts(), index));
                start.setProved(!instruction.mayThrow());
                Instruction end = emitter.emit(OpCode.ARRAY_LOAD, ConstantDescs.CD_int, List.of(flat.ends(), index));
                end.setProved(true);
                rows.put(instruction.value(), new Row(flat.data(), start.value(), end.value()));
                return false;
            }
            case ARRAY_LENGTH -> {
                instruction.mapOperands(_ -> flat.starts());
                return true;
            }
            case NULL_CHECK -> {
                return false;
            }
            default -> {
                return true;
            }
        }
    }

    /** Looks at what is done with rows. */
    private boolean useRow(Instruction instruction, Emitter emitter) throws Found {
        List<Value> operands = instruction.operands();
        Row row = operands.isEmpty() ? null : rows.get(operands.getFirst());
        if (row == null) {
            refuse(operands, instruction.position());
            return true;
        }
        refuse(operands.subList(1, operands.size()), instruction.position());
        switch (instruction.opCode()) {
            case ARRAY_LOAD, ARRAY_STORE -> {
                List<Value> flat = new ArrayList<>(operands);
                flat.set(0, row.data());
                flat.set(1, place(row, operands.get(1), instruction.mayThrow(), emitter));
                Instruction access = emitter.emit(instruction.opCode(), instruction.attribute(), flat);
                access.copyMarks(instruction);
                if (instruction.result() != null) {
                    access.value().setType(instruction.value().type());
                    replaced.put(instruction.value(), access.value());
                }
                return false;
            }
            case ARRAY_LENGTH -> {
                replaced.put(instruction.value(), emitter.value(OpCode.SUB, null, row.end(), row.start()));
                return false;
            }
            case NULL_CHECK -> {
                return false;
            }
            default -> throw found(instruction.position());
        }
    }

    /** Where an element of a row is among those of all rows. */
    private static Value place(Row row, Value index, boolean mayLeaveRow, Emitter emitter) {
        Value place = emitter.value(OpCode.ADD, null, row.start(), index);
        if (!mayLeaveRow) {
            return place;
        }
        Value length = emitter.value(OpCode.SUB, null, row.end(), row.start());
        Value inside = emitter.lessUnsigned(index, length);
        return emitter.value(OpCode.SELECT, null, inside, place, emitter.constant(Type.INT, -1));
    }

    private void refuse(List<Value> used, @Nullable SourcePosition position) throws Found {
        for (Value value : used) {
            if (arrays.containsKey(value) || rows.containsKey(value)) {
                throw found(position);
            }
        }
    }

    private static Found found(@Nullable SourcePosition position) {
        return new Found(
                "it does more with an array out of an array of arrays than read and write its elements", position);
    }
}
