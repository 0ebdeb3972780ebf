package dev.jacobi.offload.launch;

import dev.jacobi.ir.Printer;
import dev.jacobi.offload.extract.ArrayUse;
import dev.jacobi.offload.extract.Formula;
import dev.jacobi.offload.extract.Kernel;
import dev.jacobi.offload.extract.Kernel.Requirement;
import dev.jacobi.offload.extract.MixedRadix;
import dev.jacobi.offload.extract.RowsUse;
import dev.jacobi.offload.extract.SegmentView;
import dev.jacobi.offload.extract.Span;
import dev.jacobi.offload.extract.Use;
import java.util.List;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/** Tells of a kernel in words what is known of it, and shows its code. */
final class KernelText {
    private final Kernel kernel;

    private KernelText(Kernel kernel) {
        this.kernel = kernel;
    }

    static String of(int number, Kernel kernel) {
        return new KernelText(kernel).text(number);
    }

    private String text(int number) {
        StringBuilder text = new StringBuilder();
        text.append("; kernel ").append(number);
        text.append(kernel.position() == null ? "" : " at " + kernel.position()).append('\n');
        for (int index = 0; index < kernel.uses().size(); index++) {
            Use use = kernel.uses().get(index);
            if (use != null) {
                text.append(";   ")
                        .append(name(index))
                        .append(": ")
                        .append(segment(kernel.segments().get(index)))
                        .append(use(use))
                        .append('\n');
            }
        }
        if (kernel.isInParts()) {
            text.append(";   in parts")
                    .append(kernel.reductions().isEmpty() ? "" : ", put together by " + kernel.reductions());
            text.append('\n');
        }
        kernel.memory()
                .slices()
                .forEach(slice -> text.append(";   each round makes ")
                        .append(slice.component().displayName())
                        .append("[], as long in all rounds\n"));
        kernel.memory()
                .stacks()
                .forEach(component -> text.append(";   each round makes ")
                        .append(component.displayName())
                        .append("[] of lengths that only it knows: done again if there is not enough memory\n"));
        kernel.requirements()
                .forEach(requirement -> text.append(";   before a launch: ")
                        .append(requirement(requirement))
                        .append('\n'));
        text.append(";   ").append(failures(kernel.failures())).append('\n');
        return text.append(Printer.print(kernel.round(), Printer.Options.WITH_POSITIONS))
                .append('\n')
                .toString();
    }

    /** As the kernel has it: an array of arrays by the elements of its rows. */
    private String name(int outside) {
        return "%" + kernel.parameter(outside);
    }

    private static String segment(@Nullable SegmentView view) {
        return view == null
                ? ""
                : "memory segment" + (view.byOffset() ? " by offsets" : "") + " of " + view.layout() + ", ";
    }

    private String use(Use use) {
        return switch (use) {
            case ArrayUse array -> use(array);
            case RowsUse rows -> use(rows);
        };
    }

    private String use(RowsUse use) {
        if (!use.isTouched()) {
            return "rows, of which it needs the lengths";
        }
        List<Span> written = use.writtenRows();
        return !use.isWritten()
                ? "rows, reads any element"
                : written == null
                        ? "rows, reads and writes any element"
                        : "rows, reads any element, writes rows " + places(written);
    }

    private String use(ArrayUse use) {
        if (use.accumulates()) {
            return "is added to, by each part on its own";
        }
        StringJoiner does = new StringJoiner(", ");
        if (use.reads() == null || !use.reads().isEmpty()) {
            does.add("reads " + elements(use.reads()));
        }
        if (use.isWritten()) {
            does.add("writes " + elements(use.writes()));
        }
        return does.length() == 0 ? "its length" : does.toString();
    }

    private String elements(@Nullable List<Span> spans) {
        if (spans == null) {
            return "any element";
        }
        StringJoiner places = new StringJoiner(" and ");
        spans.forEach(span -> places.add("element " + place(span)));
        return places.toString();
    }

    private String places(List<Span> spans) {
        StringJoiner places = new StringJoiner(" and ");
        spans.forEach(span -> places.add(place(span)));
        return places.toString();
    }

    private String place(Span span) {
        StringBuilder place = new StringBuilder(span.up() ? "i" : "-i");
        append(span.fixed(), place);
        return place.toString();
    }

    private void append(Formula formula, StringBuilder text) {
        for (Formula.Term term : formula.terms()) {
            text.append(term.times() < 0 ? " - " : " + ");
            text.append(Math.abs(term.times()) == 1 ? "" : Math.abs(term.times()) + " ");
            StringJoiner product = new StringJoiner(" * ");
            term.parameters().forEach(parameter -> product.add(number(parameter)));
            text.append(product);
        }
        if (formula.offset() != 0) {
            text.append(formula.offset() < 0 ? " - " : " + ").append(Math.abs(formula.offset()));
        }
    }

    private String number(int parameter) {
        return kernel.uses().get(parameter) == null ? name(parameter) : "length of " + name(parameter);
    }

    private String requirement(Requirement requirement) {
        return switch (requirement) {
            case Requirement.Distinct(int one, int other, String _) -> distinct(one, other);
            case Requirement.Apart(int one, Span span, int other, Span otherSpan, String _) ->
                "element " + place(span) + " of " + name(one) + " and element " + place(otherSpan) + " of "
                        + name(other) + " are never the same";
            case Requirement.Separate(int one, int other, MixedRadix places, String _) ->
                "different rounds touch different elements of " + name(one)
                        + (one == other ? "" : ", if " + name(other) + " is the same array") + ", with steps of "
                        + steps(places);
            case Requirement.Digits(Formula divisor, boolean isRaised, String _) ->
                divisor == null ? "the index is not negative" : value(divisor) + " is a positive int";
        };
    }

    private String steps(MixedRadix places) {
        StringJoiner steps = new StringJoiner(", ");
        for (MixedRadix.Component component : places.components()) {
            component.one().steps().forEach(step -> steps.add(value(step)));
            component.common().forEach(variable -> steps.add(value(variable.stride())));
        }
        return steps.toString();
    }

    private String value(Formula formula) {
        StringBuilder text = new StringBuilder();
        append(formula, text);
        String sum = text.toString();
        return sum.isEmpty() ? "0" : sum.startsWith(" + ") ? sum.substring(3) : sum.strip();
    }

    private String distinct(int one, int other) {
        boolean rows =
                kernel.uses().get(one) instanceof RowsUse || kernel.uses().get(other) instanceof RowsUse;
        if (one == other) {
            return "no two rows of " + name(one) + " are the same array";
        }
        return name(one) + " and " + name(other) + (rows ? ", or rows of these, are" : " are") + " not the same array";
    }

    private static String failures(Kernel.Failures failures) {
        if (failures.others()) {
            return "may throw: then the loop is done again on the JVM";
        }
        return failures.bounds().isEmpty()
                ? "never throws"
                : "throws only if an index is out of bounds, which is known before the launch";
    }
}
