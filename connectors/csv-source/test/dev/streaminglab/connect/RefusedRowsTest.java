package dev.streaminglab.connect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows that Kafka does not take, or that are no rows: set aside, and no other one lost or twice. */
final class RefusedRowsTest {
    private static final Predicate<SourceRecord> WITHOUT_KEY = record -> record.key() == null;

    @TempDir
    private Path folder;
    private Drop drop;

    @BeforeEach
    void open() throws IOException {
        drop = new Drop(Files.createDirectory(folder.resolve("drop")));
        drop.options.put("csv.key.field", "k");
    }

    private Connect tolerant() {
        drop.options.put("errors.tolerance", "all");
        return new Connect(drop);
    }

    private static List<String> numbers(int from, int to, int... but) {
        Set<Integer> left = IntStream.of(but).boxed().collect(Collectors.toSet());
        return IntStream.rangeClosed(from, to).filter(n -> !left.contains(n))
            .mapToObj(Integer::toString).collect(Collectors.toList());
    }

    /** Rows k,n; those of the given numbers have no key. */
    private static String rows(int to, int... without) {
        Set<Integer> bare = IntStream.of(without).boxed().collect(Collectors.toSet());
        return "k,n\n" + IntStream.rangeClosed(1, to)
            .mapToObj(n -> (bare.contains(n) ? "" : "k" + n) + "," + n + "\n")
            .collect(Collectors.joining());
    }

    @Test
    void oneRowThatIsRefusedIsSetAsideAndEveryOtherOneIsSentOnce() throws Exception {
        drop.put("a.csv", rows(20, 7));
        Connect connect = tolerant();
        connect.refuses = WITHOUT_KEY;
        connect.runToTheEnd();
        assertEquals(numbers(1, 20, 7), sorted(connect));
        assertEquals(List.of("done/a.csv", "error/a.csv", "error/a.csv.reason.txt"), drop.files());
        assertEquals("k,n\r\n,7\r\n", drop.text("error/a.csv"));
        String why = drop.text("error/a.csv.reason.txt");
        assertTrue(why.startsWith("line 8: ") && why.contains("has no key (csv.key.field)"), why);
        assertEquals(0, connect.failures);
    }

    private static List<String> sorted(Connect connect) {
        return connect.values("n").stream().map(Object::toString)
            .sorted((a, b) -> Integer.compare(Integer.parseInt(a), Integer.parseInt(b)))
            .collect(Collectors.toList());
    }

    @Test
    void aRowThatIsLargerThanARecordMayBeIsSetAsideWithItsSize() throws Exception {
        drop.put("a.csv", "k,n\nk1,1\nk2," + "x".repeat(1_040_000) + "\nk3,3\n");
        Connect connect = tolerant();
        connect.refuses = record -> ((Struct) record.value()).getString("n").length() > 1_000_000;
        connect.runToTheEnd();
        assertEquals(Set.of("1", "3"), new HashSet<>(connect.values("n")));
        String why = drop.text("error/a.csv.reason.txt");
        assertTrue(why.startsWith("line 3: ") && why.contains("1040003 bytes"), why);
        assertEquals(1_040_010, drop.text("error/a.csv").length());
    }

    @Test
    void whatWasCorrectedCanBeDroppedAgain() throws Exception {
        drop.put("a.csv", "k;n\n;1\nk2;2\n");
        Connect connect = tolerant();
        connect.refuses = WITHOUT_KEY;
        connect.runToTheEnd();
        drop.put("a.csv", drop.text("error/a.csv").replace(";1", "k1;1"));
        connect.runToTheEnd();
        assertEquals(List.of("2", "1"), connect.values("n"));
    }

    @Test
    void withoutToleranceTheFileGoesToErrorWithLineAndReasonAndTheNextOneIsRead()
            throws Exception {
        drop.put("a.csv", rows(20, 7));
        Thread.sleep(20);
        drop.put("b.csv", "k,n\nk,21\n");
        Connect connect = new Connect(drop);
        connect.refuses = WITHOUT_KEY;
        connect.runToTheEnd();
        assertEquals(List.of("done/b.csv", "error/a.csv", "error/a.csv.reason.txt"), drop.files());
        List<String> sent = connect.values("n").stream().map(Object::toString)
            .collect(Collectors.toList());
        assertEquals(sent.size(), new HashSet<>(sent).size(), "no row twice: " + sent);
        assertTrue(sent.containsAll(numbers(1, 6)) && sent.contains("21"), sent.toString());
        assertEquals(2, connect.failures);
        String why = drop.text("error/a.csv.reason.txt");
        assertTrue(why.startsWith("line 8: "), why);
        assertTrue(why.contains("The rows up to line 7 were sent. So were the rows that begin on"
            + " the lines 12, 13, 14, 15, 16, 17, 18, 19, 20, 21."), why);
    }

    @Test
    void aStopWhileTheBrokerIsAwaySetsNothingAside() throws Exception {
        drop.put("a.csv", rows(3));
        drop.start();
        drop.poll();
        drop.stop();
        Connect connect = new Connect(drop);
        connect.runToTheEnd();
        assertEquals(numbers(1, 3), sorted(connect));
        assertEquals(List.of("done/a.csv"), drop.files());
    }

    @Test
    void rowsThatAreNoRowsAreSetAsideToo() throws Exception {
        drop.options.put("csv.types", "n:int32");
        drop.put("a.csv", "k,n\nk1,1\nk2\nk3,\"3\"x\nk4,4\nk5,five\nk\"6,6\nk7,7\n\0,8\n");
        Connect connect = tolerant();
        connect.runToTheEnd();
        assertEquals(List.of(1, 4, 7), connect.values("n"));
        assertEquals("k,n\r\nk2\r\nk3,\"3\"x\r\nk5,five\r\nk\"6,6\r\n\0,8\r\n",
            drop.text("error/a.csv"));
        assertEquals(List.of("line 3", "line 4", "line 6", "line 7", "line 9"),
            drop.text("error/a.csv.reason.txt").lines().map(line -> line.split(":")[0])
                .collect(Collectors.toList()));
    }

    @Test
    void afterAQuoteThatIsNeverClosedNothingCanBeReadAndTheFileGoesToError() throws Exception {
        drop.put("a.csv", "k,n\nk1,1\n,2\nk3,\"3\nk4,4\n");
        Connect connect = tolerant();
        connect.refuses = WITHOUT_KEY;
        connect.runToTheEnd();
        assertEquals(List.of("1"), connect.values("n"));
        assertEquals(List.of("error/a-2.csv", "error/a-2.csv.reason.txt", "error/a.csv",
            "error/a.csv.reason.txt"), drop.files());
        assertTrue(drop.text("error/a-2.csv.reason.txt").startsWith(
            "line 4: a quote is opened and never closed"));
    }

    @Test
    void aRowThatIsTooLongIsNamedAndTheNextOneRead() throws Exception {
        drop.options.put("csv.max.row.chars", "10");
        drop.put("a.csv", "k,n\nk1,1\n\"" + "x\n".repeat(50) + "\",2\n,,,,,,,,,,,,\nk3,3\n");
        Connect connect = tolerant();
        connect.runToTheEnd();
        assertEquals(List.of("1", "3"), connect.values("n"));
        String why = drop.text("error/a.csv.reason.txt");
        assertTrue(why.contains("line 3: a row of more than 10") && why.contains("line 54:"), why);
    }

    @Test
    void bytesThatAreNoTextCostTheirRowAlone() throws Exception {
        byte[] bytes = "k,n\nk1,1\nk2,2\nk3,3\n".getBytes(StandardCharsets.UTF_8);
        bytes[10] = (byte) 0xE9;
        drop.putBytes("a.csv", bytes);
        Connect connect = tolerant();
        connect.runToTheEnd();
        assertEquals(List.of("1", "3"), connect.values("n"));
        assertTrue(drop.text("error/a.csv.reason.txt").contains("no text in UTF-8 (csv.charset)"));
    }

    @Test
    void aDeadLetterTellsWhereTheRowStoodAndWhy() throws Exception {
        drop.options.put("errors.deadletterqueue.topic.name", "refused");
        drop.put("a.csv", "k,n\n,1\nk2\nk3,3\n");
        Connect connect = tolerant();
        connect.refuses = record -> record.topic().equals("incidents") && record.key() == null;
        connect.runToTheEnd();
        List<SourceRecord> letters = connect.kafka.stream()
            .filter(record -> record.topic().equals("refused")).collect(Collectors.toList());
        assertEquals(List.of("k2", ",1"),
            letters.stream().map(SourceRecord::value).collect(Collectors.toList()));
        SourceRecord last = letters.get(1);
        assertEquals("a.csv:2", last.key());
        assertEquals("a.csv", last.headers().lastWithName("csv.file").value());
        assertEquals(2L, last.headers().lastWithName("csv.line").value());
        assertTrue(last.headers().lastWithName("__connect.errors.exception.message").value()
            .toString().startsWith("line 2: "));
        assertEquals(List.of("done/a.csv", "error/a.csv", "error/a.csv.reason.txt"), drop.files());
    }

    @Test
    void aDeadLetterThatIsRefusedItselfStopsNothing() throws Exception {
        drop.options.put("errors.deadletterqueue.topic.name", "refused");
        drop.put("a.csv", "k,n\nk1\nk2,2\n");
        Connect connect = tolerant();
        connect.refuses = record -> record.topic().equals("refused");
        connect.batch = 1;
        connect.runToTheEnd();
        assertEquals(List.of("2"), connect.values("n"));
        assertEquals(List.of("done/a.csv", "error/a.csv", "error/a.csv.reason.txt"), drop.files());
    }

    @Test
    void whatATransformLeavesOutIsNotRefused() throws Exception {
        drop.options.put("transforms", "filter");
        MBeanServer server = ManagementFactory.getPlatformMBeanServer();
        ObjectName name = new ObjectName(
            "kafka.connect:type=task-error-metrics,connector=incidents,task=0");
        Failures failures = new Failures();
        server.registerMBean(failures, name);
        try {
            drop.put("a.csv", rows(10, 3));
            Connect connect = tolerant();
            connect.refuses = WITHOUT_KEY;
            connect.batch = 1;
            connect.runToTheEnd();
            assertEquals(List.of("done/a.csv"), drop.files());
            drop.put("a.csv", rows(10, 3));
            connect.refuses = record -> WITHOUT_KEY.test(record) && failures.count++ >= 0;
            connect.runToTheEnd();
            assertEquals(List.of("done/a-2.csv", "done/a.csv", "error/a.csv",
                "error/a.csv.reason.txt"), drop.files());
        } finally {
            server.unregisterMBean(name);
        }
    }

    /** Whatever is refused, wherever workers stop: nothing is lost, and nothing sent twice. */
    @Test
    void everyRowIsInKafkaOnceOrSetAsideHoweverOftenWorkersStop() throws Exception {
        for (int seed = 0; seed < 60; seed++) {
            Random random = new Random(seed);
            Drop one = new Drop(Files.createDirectory(folder.resolve("d" + seed)));
            one.options.putAll(Map.of("csv.key.field", "k", "errors.tolerance", "all",
                "batch.rows", "" + (1 + random.nextInt(9))));
            int[] refused = random.ints(random.nextInt(6), 1, 31).distinct().toArray();
            one.put("a.csv", rows(30, refused));
            Connect connect = new Connect(one);
            connect.refuses = WITHOUT_KEY;
            connect.batch = 1 + random.nextInt(7);
            boolean killed = false;
            for (int stop = 0; stop < 4; stop++) {
                connect.run(random.nextInt(5));
                if (random.nextInt(4) == 0) {
                    killed = true;
                    connect.kill();
                } else {
                    connect.restart();
                }
            }
            connect.runToTheEnd();
            String about = "seed " + seed;
            List<String> sent = sorted(connect);
            assertEquals(new TreeSet<>(numbers(1, 30, refused)), new TreeSet<>(sent), about);
            assertTrue(killed || sent.size() == new HashSet<>(sent).size(), about + sent);
            List<String> files = new ArrayList<>(List.of("done/a.csv"));
            if (refused.length > 0) {
                files.addAll(List.of("error/a.csv", "error/a.csv.reason.txt"));
                Set<String> set = one.text("error/a.csv").lines().skip(1)
                    .map(line -> line.substring(1)).collect(Collectors.toSet());
                assertEquals(IntStream.of(refused).mapToObj(n -> "" + n)
                    .collect(Collectors.toSet()), set, about);
            }
            assertEquals(files, one.files(), about);
            one.stop();
        }
    }

    /** Without tolerance: what is behind a refused row may be in Kafka, but is never twice there. */
    @Test
    void withoutToleranceNoRowIsInKafkaTwiceEither() throws Exception {
        for (int seed = 0; seed < 40; seed++) {
            Random random = new Random(seed);
            Drop one = new Drop(Files.createDirectory(folder.resolve("n" + seed)));
            one.options.putAll(Map.of("csv.key.field", "k",
                "batch.rows", "" + (1 + random.nextInt(9))));
            int[] refused = random.ints(random.nextInt(3), 1, 31).distinct().sorted().toArray();
            one.put("a.csv", rows(30, refused));
            Connect connect = new Connect(one);
            connect.refuses = WITHOUT_KEY;
            connect.batch = 1 + random.nextInt(7);
            for (int stop = 0; stop < 3; stop++) {
                connect.run(random.nextInt(5));
                connect.restart();
            }
            connect.runToTheEnd();
            String about = "seed " + seed;
            List<String> sent = sorted(connect);
            assertEquals(sent.size(), new HashSet<>(sent).size(), about + sent);
            if (refused.length == 0) {
                assertEquals(numbers(1, 30), sent, about);
                assertEquals(List.of("done/a.csv"), one.files(), about);
            } else {
                assertTrue(sent.containsAll(numbers(1, refused[0] - 1)), about + sent);
                assertEquals(List.of("error/a.csv", "error/a.csv.reason.txt"), one.files(), about);
                String why = one.text("error/a.csv.reason.txt");
                assertTrue(why.startsWith("line " + (refused[0] + 1) + ": "), about + why);
                Set<String> told = new TreeSet<>(numbers(1, refused[0] - 1));
                int lines = why.indexOf("on the lines ");
                if (lines >= 0) {
                    for (String line : why.substring(lines + 13, why.length() - 2).split(", ")) {
                        told.add("" + (Integer.parseInt(line) - 1));
                    }
                }
                assertEquals(told, new TreeSet<>(sent), about + why);
            }
            one.stop();
        }
    }

    @Test
    void halfAnEntryInTheJournalIsNoEntry() throws Exception {
        Path path = Files.writeString(folder.resolve("journal"), "\n?5.\n\n?1");
        new Journal(path, 0).doubt(7);
        assertEquals(Set.of(5L, 7L), new Journal(path, 0).doubts());
    }
}
