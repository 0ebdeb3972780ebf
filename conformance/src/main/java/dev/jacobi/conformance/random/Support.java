package dev.jacobi.conformance.random;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The classes that random programs use: records, a class hierarchy, an enum, a sealed interface, an exception. */
public final class Support {
    private Support() {}

    public record Pair(int a, double b) {
        public int mix(int x) {
            return a * 31 + x;
        }

        public double scale(double x) {
            return b * x;
        }

        public Pair moved(int by) {
            return new Pair(a + by, b - by);
        }
    }

    /** Mutable, with a virtual method. */
    public abstract static class Cell {
        public int state;
        public long total;
        public double weight;
        protected final int salt;

        protected Cell(int salt) {
            this.salt = salt;
        }

        public abstract int step(int x);

        public long add(long x) {
            total += x;
            return total;
        }
    }

    public static final class Adder extends Cell {
        public Adder(int salt) {
            super(salt);
        }

        @Override
        public int step(int x) {
            state += x + salt;
            return state;
        }
    }

    public static class Mixer extends Cell {
        public Mixer(int salt) {
            super(salt);
            weight = salt * 0.5;
        }

        @Override
        public int step(int x) {
            state = (state ^ x) * salt;
            weight += x;
            return state >>> 3;
        }

        @Override
        public long add(long x) {
            return super.add(x << 1) ^ state;
        }
    }

    /** Called through its interface. */
    public interface Step {
        int apply(int x);

        default int twice(int x) {
            return apply(apply(x));
        }
    }

    public record Shift(int by) implements Step {
        @Override
        public int apply(int x) {
            return x + by;
        }
    }

    /** Remembers what it was given. */
    public static final class Memory implements Step {
        private final int[] seen = new int[3];
        private int next;

        @Override
        public int apply(int x) {
            next = (next + 1) % seen.length;
            int before = seen[next];
            seen[next] = x;
            return before ^ x;
        }

        @Override
        public int twice(int x) {
            return apply(x) - next;
        }
    }

    /** Calls others, perhaps of its own class. A chain that is made of itself again and again would not end in our time. */
    public record Chain(Step first, Step second) implements Step {
        private static final int MOST = 500;

        public Chain {
            if (size(first) + size(second) > MOST) {
                throw new Failure(MOST);
            }
        }

        private static int size(Step step) {
            return step instanceof Chain chain ? 1 + size(chain.first) + size(chain.second) : 1;
        }

        @Override
        public int apply(int x) {
            return second.apply(first.apply(x));
        }
    }

    public enum Color {
        RED,
        GREEN,
        BLUE;

        @SuppressWarnings("EnumOrdinal") // what programs do
        public Color next() {
            return switch (this) {
                case RED -> GREEN;
                case GREEN -> BLUE;
                case BLUE -> RED;
            };
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public sealed interface Shape {}

    public record Circle(double radius) implements Shape {}

    public record Box(int width, long height) implements Shape {}

    public record Label(String text, Shape inner) implements Shape {}

    /** A body that moves: mutable and final numbers, and an array that others may hold as well. */
    public static final class Body {
        public double x;
        public double speed;
        public final double mass;
        public double[] track;

        public Body(double x, double mass, double[] track) {
            this.x = x;
            this.mass = mass;
            this.track = track;
        }

        public double energy() {
            return 0.5 * mass * speed * speed + Math.cos(x);
        }

        public void step(double force) {
            speed += 0.125 * Math.atan(force) / (1 + mass * mass);
            x += 0.25 * speed;
            track[track.length - 1] = Math.sin(track[0] + x);
        }
    }

    /** Holds no number that could carry a derivative. */
    public static final class Cursor {
        public int at;

        public Cursor(int at) {
            this.at = at;
        }

        public int next() {
            at = at + 1 & 3;
            return at;
        }
    }

    /** A function that is called through its interface. */
    public interface Curve {
        double at(double t);
    }

    public record Line(double slope, double offset) implements Curve {
        @Override
        public double at(double t) {
            return slope * Math.tanh(t) + offset;
        }
    }

    /** Remembers where it is. */
    public static final class Wave implements Curve {
        private double phase;
        private final Body source;

        public Wave(double phase, Body source) {
            this.phase = phase;
            this.source = source;
        }

        @Override
        public double at(double t) {
            phase = Math.atan(phase + 0.25 * t);
            return Math.sin(phase + source.x);
        }
    }

    /** Calls others, perhaps of its own class. */
    public record Blend(Curve one, Curve other, double weight) implements Curve {
        @Override
        public double at(double t) {
            return Math.sin(weight) * one.at(t) + Math.cos(weight) * other.at(0.5 * t);
        }
    }

    /** Holds a value of any type. */
    public static final class Holder<T> {
        public T value;

        public Holder(T value) {
            this.value = value;
        }

        public T swap(T other) {
            T before = value;
            value = other;
            return before;
        }
    }

    /** One of a chain. */
    public static final class Link {
        public double value;
        public @Nullable Link next;

        public Link(double value, @Nullable Link next) {
            this.value = value;
            this.next = next;
        }

        public double total() {
            double total = 0;
            for (Link link = this; link != null; link = link.next) {
                total = 0.5 * total + link.value;
            }
            return total;
        }

        public double product(double start) {
            return next == null ? start * Math.cos(value) : Math.sin(value) * next.product(start) + start;
        }

        public Link last() {
            Link link = this;
            while (link.next != null) {
                link = link.next;
            }
            return link;
        }

        /** Behind this one, unless the chain is long. */
        public void insert(double number) {
            int length = 0;
            for (Link link = this; link != null; link = link.next) {
                length++;
            }
            if (length < 8) {
                next = new Link(number, next);
            }
        }

        public void dropNext() {
            if (next != null) {
                next = next.next;
            }
        }
    }

    public static class Particle {
        public double charge;

        public Particle(double charge) {
            this.charge = charge;
        }

        public double force(double distance) {
            return charge / (1 + distance * distance);
        }

        public final double twice(double distance) {
            return force(force(distance));
        }

        public void hit(double speed) {
            charge = Math.sin(charge + 0.25 * speed);
        }
    }

    public static class Heavy extends Particle {
        protected final double[] memory;

        public Heavy(double charge, double[] memory) {
            super(Math.atan(charge));
            this.memory = memory;
        }

        @Override
        public double force(double distance) {
            memory[0] = Math.tanh(memory[0] + distance);
            return super.force(memory[memory.length - 1]);
        }
    }

    public static final class Pinned extends Heavy {
        private double pull;

        public Pinned(double charge, double pull) {
            super(charge, new double[] {pull, charge * pull});
            this.pull = pull;
        }

        @Override
        public double force(double distance) {
            return Math.sin(pull) * super.force(0.5 * distance) + memory[1];
        }

        @Override
        public void hit(double speed) {
            super.hit(speed);
            pull -= 0.125 * charge;
        }
    }

    /** Holds an array that others may hold as well. */
    public record Sample(
            double weight, double[] numbers, @Nullable Sample inside) {
        public Sample {
            if (Double.isInfinite(weight)) {
                throw new IllegalArgumentException("weight");
            }
        }

        public double mean() {
            double sum = 0;
            for (double number : numbers) {
                sum += number;
            }
            return sum / numbers.length;
        }

        public double at(int index) {
            return weight * numbers[Math.floorMod(index, numbers.length)];
        }

        public double deep() {
            return inside == null ? weight : Math.cos(weight) * inside.deep() + numbers[0];
        }

        public Sample scaled(double factor) {
            return new Sample(Math.tanh(weight * factor), numbers, inside);
        }

        public Sample with(double[] others) {
            return new Sample(weight, others.clone(), inside == null ? this : inside);
        }
    }

    public static double first(List<double[]> rows, int index) {
        return rows.get(Math.floorMod(index, rows.size()))[0];
    }

    /** Taken apart by patterns. */
    public sealed interface Figure {}

    public record Disc(double radius) implements Figure {}

    public record Frame(double width, double height) implements Figure {}

    public record Union(Figure one, Figure other, int count) implements Figure {}

    /** Goes down through the figures. */
    public static double measure(Figure figure) {
        return switch (figure) {
            case Disc(double radius) -> 0.5 * radius * Math.sin(radius);
            case Frame frame when frame.width() > frame.height() -> frame.width() * 0.25;
            case Frame(double width, double height) -> Math.cos(width) * height;
            case Union union -> Math.tanh(measure(union.one())) * 0.5 + measure(union.other()) * 0.25 * union.count();
        };
    }

    /** Keeps what programs put together from growing without bound. */
    public static final class Text {
        private static final int LENGTH = 40;

        private Text() {}

        public static @Nullable String shortened(@Nullable String text) {
            return text == null || text.length() <= LENGTH ? text : text.substring(0, LENGTH);
        }
    }

    /** What programs throw themselves. */
    public static final class Failure extends RuntimeException {
        private static final long serialVersionUID = 1;
        public final int code;

        public Failure(int code) {
            super("failure " + code);
            this.code = code;
        }
    }

    /** Carries a number that varies. */
    public static final class Carrier extends RuntimeException {
        private static final long serialVersionUID = 1;
        public final double value;

        public Carrier(double value) {
            this.value = value;
        }
    }
}
