package dev.jacobi.conformance.roundtrip;

import dev.jacobi.conformance.random.Outcome;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.BitSet;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.EnumMap;
import java.util.GregorianCalendar;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.LinkedList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Scanner;
import java.util.SplittableRandom;
import java.util.StringJoiner;
import java.util.StringTokenizer;
import java.util.TimeZone;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.Adler32;
import java.util.zip.CRC32;

/**
 * Runs in a JVM of its own: loads classes of java.base, uses them in ways that a seed decides, and writes down what they did. Two JVMs
 * whose java.base behaves the same write the same.
 *
 * <p>Arguments: a file with the names of the classes, the file to write.
 */
final class JdkDriver {
    private static final int ROUNDS = 300;

    private final List<String> log = new ArrayList<>();

    private JdkDriver() {}

    public static void main(String[] arguments) throws IOException {
        JdkDriver driver = new JdkDriver();
        List<String> classes = Files.readAllLines(Path.of(arguments[0]));
        driver.loadAll(classes);
        for (int seed = 0; seed < ROUNDS; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            driver.lists(random);
            driver.maps(random);
            driver.queues(random);
            driver.streams(random);
            driver.texts(random);
            driver.numbers(random);
        }
        int compared = driver.staticMethods(classes);
        driver.log.add("static methods: " + compared);
        Files.write(Path.of(arguments[1]), driver.log, StandardCharsets.UTF_8);
        // loops without end of abandoned threads do not keep the JVM alive, they are daemons
        System.exit(0);
    }

    private void loadAll(List<String> classes) {
        for (String name : classes) {
            try {
                Object _ = Class.forName(name, false, null).getDeclaredConstructors();
            } catch (ClassNotFoundException | LinkageError e) {
                log.add("cannot load " + name + ": " + e);
            }
        }
    }

    private int staticMethods(List<String> classes) {
        int compared = 0;
        for (String name : classes) {
            try {
                for (var method : StaticMethods.of(Class.forName(name, false, null))) {
                    List<String> first = StaticMethods.outcomes(method);
                    if (first != null && !first.isEmpty() && first.equals(StaticMethods.outcomes(method))) {
                        compared++;
                        log.add(method + ": " + first);
                    }
                }
            } catch (ClassNotFoundException | LinkageError e) {
                log.add("cannot run " + name + ": " + e);
            }
        }
        return compared;
    }

    @SuppressWarnings("JdkObsolete") // LinkedList is recompiled like the others
    private void lists(SplittableRandom random) {
        for (List<Integer> list :
                List.<List<Integer>>of(new ArrayList<>(), new LinkedList<>(), new CopyOnWriteArrayList<>())) {
            for (int i = random.nextInt(60); i > 0; i--) {
                int value = random.nextInt(20);
                try {
                    switch (random.nextInt(8)) {
                        case 0 -> list.remove(Integer.valueOf(value));
                        case 1 -> list.add(random.nextInt(4), value);
                        case 2 -> list.addAll(List.of(value, 1, 2));
                        case 3 -> list.removeIf(x -> x % 5 == value % 5);
                        case 4 -> list.replaceAll(x -> x * 3 % 17);
                        case 5 -> list.subList(0, Math.min(3, list.size())).clear();
                        default -> list.add(value);
                    }
                } catch (IndexOutOfBoundsException e) {
                    log.add(e.getMessage());
                }
            }
            Collections.rotate(list, random.nextInt(7));
            Collections.shuffle(list, new Random(random.nextInt()));
            log.add(list + " " + list.hashCode() + " " + list.indexOf(3));
            list.sort(Comparator.<Integer>reverseOrder().thenComparing(Comparator.naturalOrder()));
            log.add(list.toString());
        }
    }

    private void maps(SplittableRandom random) {
        List<Map<String, Integer>> maps = List.of(
                new HashMap<>(),
                new LinkedHashMap<>(),
                new TreeMap<>(),
                new ConcurrentHashMap<>(),
                new ConcurrentSkipListMap<>());
        for (Map<String, Integer> map : maps) {
            for (int i = random.nextInt(80); i > 0; i--) {
                String key = "k" + random.nextInt(40);
                int value = random.nextInt(100);
                switch (random.nextInt(6)) {
                    case 0 -> map.remove(key);
                    case 1 -> map.merge(key, value, Integer::sum);
                    case 2 -> map.computeIfAbsent(key, String::length);
                    case 3 -> map.computeIfPresent(key, (k, v) -> v > 50 ? null : v + k.length());
                    default -> map.put(key, value);
                }
            }
            log.add(map + " " + map.hashCode() + " "
                    + map.keySet().stream().sorted().toList());
        }
        TreeMap<String, Integer> sorted = new TreeMap<>(maps.getFirst());
        log.add(sorted.headMap("k3") + " " + sorted.ceilingKey("k2") + " " + sorted.descendingMap());
        EnumMap<TimeUnit, Integer> units = new EnumMap<>(TimeUnit.class);
        units.put(List.of(TimeUnit.values()).get(random.nextInt(7)), random.nextInt());
        log.add(units + " " + new TreeSet<>(maps.get(1).values()) + " "
                + new LinkedHashSet<>(maps.get(2).values()));
    }

    private void queues(SplittableRandom random) {
        PriorityQueue<Integer> heap = new PriorityQueue<>();
        Deque<Integer> deque = new ArrayDeque<>();
        BitSet bits = new BitSet();
        for (int i = random.nextInt(60); i > 0; i--) {
            int value = random.nextInt(200);
            heap.add(value);
            bits.flip(value);
            if (random.nextBoolean()) {
                deque.addFirst(value);
            } else {
                deque.addLast(value);
            }
            if (random.nextInt(4) == 0) {
                log.add(heap.poll() + " " + deque.pollLast());
            }
        }
        log.add(heap + " " + deque + " " + bits + " " + bits.cardinality() + " " + Arrays.toString(bits.toLongArray()));
    }

    private void streams(SplittableRandom random) {
        int[] numbers = random.ints(random.nextInt(40), -50, 50).toArray();
        log.add(IntStream.of(numbers)
                .boxed()
                .collect(Collectors.groupingBy(n -> n % 5, TreeMap::new, Collectors.toList()))
                .toString());
        log.add(Arrays.stream(numbers)
                .filter(n -> n > 0)
                .mapToObj(Integer::toHexString)
                .collect(Collectors.joining("/")));
        log.add(Arrays.stream(numbers).summaryStatistics() + " "
                + Arrays.stream(numbers).parallel().sorted().skip(3).limit(5).sum());
        log.add(IntStream.of(numbers)
                        .asDoubleStream()
                        .map(Math::sqrt)
                        .filter(x -> !Double.isNaN(x))
                        .sum() + "");
        int[] sorted = numbers.clone();
        Arrays.sort(sorted);
        Integer[] boxed = IntStream.of(numbers).boxed().toArray(Integer[]::new);
        Arrays.sort(boxed, Comparator.comparingInt((Integer n) -> n % 7).reversed());
        log.add(Arrays.toString(sorted)
                + Arrays.toString(boxed)
                + Arrays.binarySearch(sorted, 3)
                + Arrays.hashCode(numbers));
        double[] large = random.doubles(300).toArray();
        Arrays.parallelPrefix(large, Double::sum);
        Arrays.sort(large);
        log.add(Outcome.describe(large[random.nextInt(300)]));
    }

    private void texts(SplittableRandom random) {
        String text = random.ints(random.nextInt(30), 'a', 'f')
                .mapToObj(c -> "" + (char) c)
                .collect(Collectors.joining());
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        CRC32 crc = new CRC32();
        crc.update(bytes);
        Adler32 adler = new Adler32();
        adler.update(bytes);
        String encoded = Base64.getMimeEncoder().encodeToString(bytes);
        log.add(encoded + " " + new String(Base64.getMimeDecoder().decode(encoded), StandardCharsets.UTF_8)
                + crc.getValue() + adler.getValue());
        log.add(String.format(
                Locale.ROOT,
                "%5d|%-8s|%08.3f|%x|%e|%,d|%+d",
                text.length(),
                text,
                random.nextDouble(-9, 9),
                255,
                1e5 * random.nextDouble(),
                random.nextInt(),
                4));
        log.add(UUID.nameUUIDFromBytes(bytes) + " "
                + new StringJoiner("-", "<", ">").add(text).add("x"));
        StringTokenizer tokens = new StringTokenizer(text, "cd", true);
        Scanner scanner = new Scanner(text.replace('a', ' ').replace('b', '7')).useLocale(Locale.ROOT);
        Collection<String> parts = new ArrayList<>();
        while (tokens.hasMoreTokens()) {
            parts.add(tokens.nextToken());
        }
        while (scanner.hasNext()) {
            parts.add(scanner.hasNextLong() ? "long " + scanner.nextLong() : scanner.next());
        }
        log.add(parts.toString());
        log.add(Pattern.compile("(a+|b?c)(?=d|e)").matcher(text).replaceAll(m -> "[" + m.group(1) + "]")
                + Arrays.toString(text.split("[ce]")));
        GregorianCalendar calendar = new GregorianCalendar(TimeZone.getTimeZone("UTC"), Locale.ROOT);
        calendar.setTimeInMillis(random.nextLong(4_000_000_000_000L));
        calendar.add(GregorianCalendar.MONTH, random.nextInt(-30, 30));
        log.add(calendar.getTimeInMillis() + " " + calendar.get(GregorianCalendar.DAY_OF_WEEK));
    }

    private void numbers(SplittableRandom random) {
        List<DoubleUnaryOperator> functions = List.of(
                StrictMath::sin,
                StrictMath::cos,
                StrictMath::tan,
                StrictMath::exp,
                StrictMath::log,
                StrictMath::cbrt,
                StrictMath::asin,
                StrictMath::acos,
                StrictMath::atan,
                StrictMath::sinh,
                StrictMath::cosh,
                StrictMath::tanh,
                StrictMath::expm1,
                StrictMath::log1p,
                StrictMath::log10,
                StrictMath::sqrt);
        List<DoubleBinaryOperator> binary =
                List.of(StrictMath::pow, StrictMath::atan2, StrictMath::hypot, StrictMath::IEEEremainder);
        StringBuilder line = new StringBuilder();
        double scale = Math.pow(10, random.nextInt(-9, 12));
        for (DoubleUnaryOperator function : functions) {
            line.append(Long.toHexString(
                            Double.doubleToLongBits(function.applyAsDouble(random.nextDouble(-scale, scale)))))
                    .append(' ');
        }
        for (DoubleBinaryOperator function : binary) {
            double value = function.applyAsDouble(random.nextDouble(-scale, scale), random.nextDouble(-9, 9));
            line.append(Long.toHexString(Double.doubleToLongBits(value))).append(' ');
        }
        Random old = new Random(random.nextLong());
        log.add(line.append(old.nextGaussian())
                .append(' ')
                .append(old.nextInt(1000))
                .toString());
    }
}
