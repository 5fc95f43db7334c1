package dev.streaminglab.connect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.connect.errors.ConnectException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files on their way through the folders, with restarts, faults and uploads that take long. */
final class TaskTest {
    @TempDir
    private Path folder;
    private Drop drop;

    @BeforeEach
    void open() throws IOException {
        drop = new Drop(Files.createDirectory(folder.resolve("drop")));
    }

    @AfterEach
    void close() {
        drop.stop();
    }

    @Test
    void aFileIsSentAndThenDone() throws Exception {
        drop.options.put("csv.key.field", "incident");
        drop.put("a.csv", "incident;step\nI1;open\nI1;closed\n");
        drop.start();
        drop.poll();
        assertEquals(List.of("open", "closed"), drop.values("step"));
        assertEquals("I1", drop.received.get(0).key());
        assertEquals("incidents", drop.received.get(0).topic());
        assertEquals(List.of("processing/incidents/a.csv"), drop.files(), "not yet acknowledged");
        drop.commit();
        drop.poll();
        assertEquals(List.of("done/a.csv"), drop.files());
        assertEquals(2, drop.received.size());
    }

    @Test
    void aRowWithoutAKeyHasNoSchemaOfOneEither() throws Exception {
        drop.options.put("csv.key.field", "k");
        drop.put("a.csv", "k,n\n,1\nk2,2\n");
        drop.start();
        drop.poll();
        assertNull(drop.received.get(0).keySchema());
        assertEquals("k2", drop.received.get(1).key());
        assertEquals("STRING", drop.received.get(1).keySchema().type().name());
    }

    @Test
    void aFolderOfAnotherUserThatKeepsAFileDoesNotKeepTheNextOne() throws Exception {
        drop.put("a.csv", "n\n1\n");
        Thread.sleep(20);
        drop.put("b.csv", "n\n2\n");
        DropFolder kept = new DropFolder(drop.root, "incidents", "*.csv", 0) {
            @Override
            Path move(Path file, Path target) throws IOException {
                if (file.endsWith("a.csv")) {
                    throw new AccessDeniedException(file.toString());
                }
                return super.move(file, target);
            }
        };
        kept.take(1);
        assertNull(kept.take(2));
        assertEquals("b.csv", DropFolder.originalName(kept.take(3)));
        assertNull(kept.take(4));
        drop.start();
    }

    @Test
    void aRestartGoesOnBehindWhatWasCommitted() throws Exception {
        drop.options.put("batch.rows", "3");
        drop.put("a.csv", "n\n" + lines(1, 40));
        drop.start();
        drop.poll();
        drop.commit();
        int committed = drop.received.size();
        assertTrue(committed > 0 && committed < 40, "stopped on the way: " + committed);
        drop.restart();
        drop.run();
        drop.run();
        assertEquals(List.of("done/a.csv"), drop.files());
        assertEquals(numbers(1, 40), drop.values("n"));
    }

    @Test
    void whatWasNotCommittedIsSentAgain() throws Exception {
        drop.put("a.csv", "n\n1\n2\n");
        drop.start();
        drop.poll();
        drop.restart();
        drop.run();
        assertEquals(List.of("1", "2", "1", "2"), drop.values("n"));
    }

    @Test
    void aRowOfSeveralLinesIsNotSentTwiceAfterARestart() throws Exception {
        drop.options.put("batch.rows", "1");
        drop.put("a.csv", "n\n\"1\n1\"\n\"2\n2\"\n" + lines(3, 30));
        drop.start();
        drop.poll();
        drop.commit();
        drop.restart();
        drop.run();
        drop.run();
        drop.run();
        assertEquals(30, drop.received.size());
        assertEquals("2\n2", drop.values("n").get(1));
    }

    @Test
    void aLaterFileOfTheSameNameIsAnotherFile() throws Exception {
        drop.start();
        for (int time = 0; time < 2; time++) {
            drop.put("a.csv", "n\n1\n");
            drop.run();
        }
        assertEquals(List.of("1", "1"), drop.values("n"));
        assertEquals(List.of("done/a-2.csv", "done/a.csv"), drop.files());
    }

    @Test
    void theOldestFileIsSentFirst() throws Exception {
        drop.put("b.csv", "n\n1\n");
        Thread.sleep(20);
        drop.put("a.csv", "n\n2\n");
        drop.start();
        drop.run();
        drop.run();
        assertEquals(List.of("1", "2"), drop.values("n"));
    }

    @Test
    void aFileIsLeftAloneWhileItGrows() throws Exception {
        drop.options.put("file.settle.ms", "60000");
        drop.put("a.csv", "n\n1\n");
        drop.start();
        drop.poll();
        assertEquals(List.of("a.csv"), drop.files());
    }

    @Test
    void anUploadThatPausedIsReadOnFromTheLastWholeRow() throws Exception {
        drop.options.put("batch.rows", "1");
        drop.put("a.csv", "n\n" + lines(1, 30) + "\"31\nan");
        drop.start();
        drop.poll();
        // The client still has the file open, wherever it was moved to.
        Path taken = Files.walk(drop.root).filter(Files::isRegularFile).findFirst().orElseThrow();
        Files.writeString(taken, "d\"\n32\n", StandardOpenOption.APPEND);
        for (int turn = 0; turn < 5; turn++) {
            drop.run();
        }
        assertEquals(List.of("done/a.csv"), drop.files());
        assertEquals(32, drop.received.size());
        assertEquals(List.of("30", "31\nand", "32"), drop.values("n").subList(29, 32));
    }

    @Test
    void aLastRowWithoutALineEndIsSentOnlyWhenNobodyWritesAnyMore() throws Exception {
        drop.options.put("batch.rows", "1");
        drop.put("a.csv", "n\n" + lines(1, 30) + "3");
        drop.start();
        drop.poll();
        Path taken = Files.walk(drop.root).filter(Files::isRegularFile).findFirst().orElseThrow();
        Files.writeString(taken, "1", StandardOpenOption.APPEND);
        for (int turn = 0; turn < 5; turn++) {
            drop.run();
        }
        assertEquals(numbers(1, 31), drop.values("n"));
    }

    @Test
    void aBadFileGoesToErrorWithItsReasonAndTheNextOneIsSent() throws Exception {
        drop.put("bad.csv", "n,m\n1,2\n3\n4,5\n");
        Thread.sleep(20);
        drop.put("good.csv", "n\n6\n");
        drop.start();
        drop.run();
        drop.run();
        assertEquals(List.of("1", "6"), drop.values("n"));
        assertEquals(List.of("done/good.csv", "error/bad.csv", "error/bad.csv.reason.txt"),
            drop.files());
        assertEquals("line 3: 1 fields, but the header has 2 columns\n"
            + "The rows up to line 2 were sent.\n", drop.text("error/bad.csv.reason.txt"));
    }

    @Test
    void aBadFileIsNotMovedBeforeItsGoodRowsAreAcknowledged() throws Exception {
        drop.put("bad.csv", "n\n1\n\"2\n");
        drop.start();
        drop.poll();
        assertEquals(List.of("processing/incidents/bad.csv"), drop.files());
    }

    @Test
    void whatIsNotWantedStaysWhereItIs() throws Exception {
        List<String> names = List.of(".a.csv", "a.csv.filepart", "a.txt", "empty.csv");
        for (String name : names) {
            drop.put(name, name.startsWith("empty") ? "" : "n\n1\n");
        }
        Files.createDirectory(drop.root.resolve("folder.csv"));
        drop.start();
        drop.run();
        assertEquals(names, drop.files());
    }

    @Test
    void namesOfUploadsThatAreNotCompleteAreIgnoredWhateverThePattern() throws Exception {
        drop.options.put("file.pattern", "*");
        drop.put("a.csv.filepart", "n\n1\n");
        drop.put(".b.csv.XyZ", "n\n1\n");
        drop.put("c.csv~", "n\n1\n");
        drop.start();
        drop.run();
        assertEquals(3, drop.files().size());
        assertEquals(0, drop.received.size());
    }

    @Test
    void aLinkIsNeverRead() throws Exception {
        Path secret = Files.writeString(folder.resolve("secret"), "n\npassword\n");
        Files.createSymbolicLink(drop.root.resolve("a.csv"), secret);
        Path taken = Files.createDirectories(drop.root.resolve("processing/incidents"));
        Files.createSymbolicLink(taken.resolve("1700000000000-b.csv"), secret);
        drop.start();
        drop.run();
        assertEquals(0, drop.received.size());
        assertEquals(List.of("a.csv", "error/b.csv", "error/b.csv.reason.txt"), drop.files());
    }

    @Test
    void aFolderThatIsALinkToElsewhereStopsTheTask() throws Exception {
        Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
        Files.createSymbolicLink(drop.root.resolve("done"), elsewhere);
        drop.put("a.csv", "n\n1\n");
        drop.start();
        drop.poll();
        drop.commit();
        String told = assertThrows(ConnectException.class, drop::poll).getMessage();
        assertTrue(told.contains("done must be a folder and no link"), told);
        assertEquals(0, elsewhere.toFile().list().length);
    }

    @Test
    void anOddConnectorNameStaysInItsFolder() throws Exception {
        drop.options.put("name", "../../up");
        drop.put("a.csv", "n\n1\n");
        drop.start();
        drop.run();
        assertEquals(List.of("done/a.csv"), drop.files());
        assertEquals(List.of("drop"), List.of(folder.toFile().list()));
    }

    @Test
    void oddFileNamesDoNoHarm() throws Exception {
        drop.put("été " + "x".repeat(230) + "\n.csv", "n\n1\n");
        drop.start();
        drop.run();
        List<String> files = drop.files();
        assertEquals(1, files.size());
        assertTrue(files.get(0).matches("done/x{170,}_\\.csv"), files.toString());
    }

    @Test
    void afterAFileWasRemovedByHandTheNextOneIsSent() throws Exception {
        drop.put("a.csv", "n\n1\n");
        drop.start();
        drop.poll();
        Files.delete(Files.walk(drop.root).filter(Files::isRegularFile).findFirst().orElseThrow());
        drop.put("b.csv", "n\n2\n");
        drop.run();
        drop.run();
        assertEquals(List.of("1", "2"), drop.values("n"));
        assertEquals(List.of("done/b.csv"), drop.files());
    }

    @Test
    void aFolderThatIsMissingIsNamed() {
        drop.options.put("input.path", folder + "/nowhere");
        String told = assertThrows(ConnectException.class, drop::start).getMessage();
        assertEquals("input.path: " + folder + "/nowhere is not a folder on this worker", told);
    }

    private static String lines(int from, int to) {
        return IntStream.rangeClosed(from, to).mapToObj(number -> number + "\n")
            .collect(Collectors.joining());
    }

    private static List<String> numbers(int from, int to) {
        return IntStream.rangeClosed(from, to).mapToObj(Integer::toString)
            .collect(Collectors.toList());
    }
}
