package dev.streaminglab.connect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** JSON files: their forms, the types of their fields, and what is wrong in them. */
final class JsonFilesTest {
    @TempDir
    private Path folder;
    private Drop drop;

    @BeforeEach
    void open() throws IOException {
        drop = new Drop(Files.createDirectory(folder.resolve("drop")));
        drop.options.put("file.pattern", "*.csv,*.json,*.jsonl");
    }

    @AfterEach
    void close() {
        drop.stop();
    }

    private void run(String text) throws Exception {
        drop.put("a.json", text);
        drop.start();
        drop.run();
    }

    /** One turn of a worker whose Kafka takes everything. */
    private void step() throws InterruptedException {
        List<SourceRecord> records = drop.task().poll();
        if (records != null) {
            drop.received.addAll(records);
            records.forEach(record -> drop.task().commitRecord(record, null));
            records.forEach(record -> drop.committed.put(record.sourcePartition().get("file"),
                Map.of("line", record.sourceOffset().get("line"))));
        }
    }

    /** With a worker that goes on behind rows that cannot be read. */
    private List<Object> tolerated(byte[] bytes) throws Exception {
        drop.options.put("errors.tolerance", "all");
        drop.putBytes("a.json", bytes);
        Connect connect = new Connect(drop);
        connect.runToTheEnd();
        return connect.values("n");
    }

    private List<Object> tolerated(String text) throws Exception {
        return tolerated(text.getBytes(StandardCharsets.UTF_8));
    }

    private Map<String, String> types() {
        return ((Struct) drop.received.get(0).value()).schema().fields().stream()
            .collect(Collectors.toMap(Field::name, field -> field.schema().type().getName()));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "{\"n\":1}\n{\"n\":2}\n{\"n\":3}\n",
        "{\"n\":1}\r\n\r\n{\"n\":2}\r\n{\"n\":3}",
        "[{\"n\":1},{\"n\":2},{\"n\":3}]",
        "[\n  {\n    \"n\": 1\n  },\n  {\"n\": 2}\n, {\"n\": 3}\n]\n",
        "{\n  \"n\": 1\n}\n{\n  \"n\": 2\n}\n{\n  \"n\": 3\n}",
        "\uFEFF {\"n\":1} {\"n\":2}\t{\"n\":3}",
    })
    void objectsComeInAnyForm(String text) throws Exception {
        run(text);
        assertEquals(List.of(1L, 2L, 3L), drop.values("n"));
        assertEquals(List.of("done/a.json"), drop.files());
    }

    @Test
    void allRowsOfAFileHaveOneSchemaThatHoldsThemAll() throws Exception {
        run("[{\"id\":1,\"cost\":2,\"ok\":true,\"who\":null,\"mix\":1},"
            + "{\"id\":2,\"cost\":2.5,\"who\":\"é\\u0041\",\"mix\":\"x\",\"late\":{\"a\": [1, 2]}}]");
        assertEquals(Map.of("id", "int64", "cost", "float64", "ok", "boolean", "who", "string",
            "mix", "string", "late", "string"), types());
        assertEquals(1, drop.received.stream().map(record -> record.valueSchema()).distinct()
            .count());
        assertEquals(List.of(2.0, 2.5), drop.values("cost"));
        assertEquals(Arrays.asList(true, null), drop.values("ok"));
        assertEquals(Arrays.asList(null, "éA"), drop.values("who"));
        assertEquals(List.of("1", "x"), drop.values("mix"));
        assertEquals(Arrays.asList(null, "{\"a\": [1, 2]}"), drop.values("late"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "9007199254740993 | int64 | 9007199254740993",
        "-5 | int64 | -5",
        "1e3 | float64 | 1000.0",
        "12345678901234567890 | float64 | 1.2345678901234567E19",
        "\"\" | string | ''",
        "\"a\\\"\\\\\\/\\n\" | string | 'a\"\\/\n'",
        "[] | string | []",
    })
    void valuesKeepWhatTheyAre(String json, String type, String value) throws Exception {
        run("{\"v\":" + json + "}");
        assertEquals(type, types().get("v"));
        assertEquals(value, String.valueOf(drop.values("v").get(0)).replace("\\n", "\n"));
    }

    @Test
    void optionsOfColumnsHoldForFields() throws Exception {
        drop.options.putAll(Map.of("csv.key.field", "Case Id", "csv.column.names", "plain",
            "csv.types", "debut:timestamp,Durée:float32,absent:int32",
            "csv.timestamp.format", "dd/MM/yyyy HH:mm", "csv.time.zone", "Europe/Paris",
            "csv.decimal", ","));
        run("{\"Case Id\":7,\"Durée\":1.5,\"Début\":\"31/01/2024 14:30\"}");
        assertEquals("7", drop.received.get(0).key());
        assertEquals(Map.of("case_id", "int64", "duree", "float32", "debut", "int64",
            "absent", "int32"), types());
        assertEquals(1.5f, drop.values("duree").get(0));
        assertEquals("2024-01-31T13:30:00Z",
            ((java.util.Date) drop.values("debut").get(0)).toInstant().toString());
        assertNull(drop.values("absent").get(0));
    }

    @Test
    void aRowWithoutTheKeysFieldHasNoKey() throws Exception {
        drop.options.put("csv.key.field", "k");
        run("{\"n\":1}\n{\"n\":2,\"k\":\"two\"}\n");
        assertNull(drop.received.get(0).key());
        assertEquals("two", drop.received.get(1).key());
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "[ ]\n", "\n\n", "{}", "[{}, {}]"})
    void aFileWithoutAFieldIsDoneAndSendsNothing(String text) throws Exception {
        run(text);
        assertEquals(List.of("done/a.json"), drop.files());
        assertEquals(0, drop.received.size());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "[{\"n\":1},{\"n\":2}      | record 3: the file ends before its array does",
        "[{\"n\":1} {\"n\":2}]     | record 2: a comma is missing before '{' (line 1 of the file)",
        "[{\"n\":1}] x             | record 2: text behind the end of the array",
        "[{\"n\":1}, 5]            | record 2: a row is an object in braces, and here is '5'",
        "incident,step             | record 1: a row is an object in braces, and here is 'i'",
        "{\"n\":1}{\"n\":tru}      | record 2: 'tru' is no value; text must be in double quotes",
        "{\"n\":1}{\"n\":01}       | record 2: '01' is no value",
        "{\"n\":1}{\"n\":}         | record 2: a value is missing",
        "{\"n\":1}{'n':1}          | record 2: a name in quotes must come here",
        "{\"n\":1}{\"n\" 1}        | record 2: a colon is missing behind \"n\"",
        "{\"n\":1}{\"n\":1,}       | record 2: a name in quotes must come here",
        "{\"n\":1}{\"n\":1 \"m\":2} | record 2: a comma or } is missing",
        "{\"n\":1}{\"n\":[1 2]}    | record 2: a comma or ] is missing",
        "{\"n\":1}{\"n\":\"x       | record 2: a quote is opened and never closed",
        "{\"n\":1}{\"n\":\"\\x\"}  | record 2: a \\ with something behind it",
        "{\"n\":1}{\"n\":1         | record 2: a comma or } is missing",
    })
    void aFaultEndsTheFileWithItsPlaceAndItsCure(String text, String words) throws Exception {
        run(text);
        assertEquals(List.of("error/a.json", "error/a.json.reason.txt"), drop.files());
        String reason = drop.text("error/a.json.reason.txt");
        assertTrue(reason.startsWith(words), reason);
        assertTrue(reason.contains("(line 1 of the file)"), reason);
    }

    @Test
    void aTextMayNotGoOverLines() throws Exception {
        run("{\"n\":1}\n{\"n\":\"a\nb\"}\n");
        String reason = drop.text("error/a.json.reason.txt");
        assertTrue(reason.startsWith("record 2: a quote is not closed on its line"), reason);
        assertTrue(reason.contains("The rows up to record 1 were sent."), reason);
    }

    @Test
    void nestingHasAnEnd() throws Exception {
        run("{\"n\":" + "[".repeat(5_000) + "]".repeat(5_000) + "}");
        assertTrue(drop.text("error/a.json.reason.txt").contains("in each other"));
    }

    @Test
    void aTolerantReaderSetsAsideTheLineAndGoesOn() throws Exception {
        String text = "{\"n\":1}\n{\"n\":2\n{\"n\":3}\n\"x\"\n{\"n\":\"four\"}\n{\"n\":5} \n{\"n\"";
        assertEquals(List.of("1", "3", "four", "5"), tolerated(text));
        assertEquals("{\"n\":2\r\n\"x\"\r\n{\"n\"\r\n", drop.text("error/a.json"));
        String reason = drop.text("error/a.json.reason.txt");
        assertTrue(reason.startsWith("record 2: "), reason);
        assertTrue(reason.contains("\nrecord 4: a row is an object"), reason);
        assertTrue(reason.contains("\nrecord 7: a colon is missing"), reason);
        assertTrue(drop.files().contains("done/a.json"));
    }

    @Test
    void aValueOfAnotherTypeIsSetAsideAndAnArrayGoesOn() throws Exception {
        drop.options.put("csv.types", "n:int32");
        assertEquals(List.of(1, 3), tolerated("[{\"n\":1},{\"n\":\"two\"},{\"n\":3}]"));
        assertEquals("{\"n\":\"two\"}\r\n", drop.text("error/a.json"));
        assertTrue(drop.text("error/a.json.reason.txt").startsWith(
            "record 2: column 'n': 'two' is not of the type int32"));
    }

    @Test
    void aFaultInAnArrayEndsItEvenForATolerantReader() throws Exception {
        assertEquals(List.of(1L), tolerated("[{\"n\":1},{\"n\":x},{\"n\":3}]"));
        assertTrue(drop.files().contains("error/a.json"));
        assertTrue(drop.text("error/a.json.reason.txt").startsWith("record 2: 'x' is no value"));
    }

    @Test
    void bytesThatAreNoTextAreNamed() throws Exception {
        assertEquals(List.of("a", "c"), tolerated("{\"n\":\"a\"}\n{\"n\":\"é\"}\n{\"n\":\"c\"}\n"
            .getBytes(StandardCharsets.ISO_8859_1)));
        assertTrue(drop.text("error/a.json.reason.txt").startsWith(
            "record 2: bytes that are no text in UTF-8 (csv.charset)"));
    }

    @Test
    void aRowThatIsTooLongIsRefused() throws Exception {
        drop.options.put("csv.max.row.chars", "20");
        run("{\"n\":\"" + "x".repeat(30) + "\"}");
        assertTrue(drop.text("error/a.json.reason.txt").contains("csv.max.row.chars"));
    }

    @Test
    void aRestartGoesOnBehindWhatWasSentThoughAllIsOnOneLine() throws Exception {
        drop.options.put("batch.rows", "4");
        drop.put("a.json", IntStream.range(0, 10).mapToObj(n -> "{\"n\":" + n + "}")
            .collect(Collectors.joining(",", "[", "]")));
        drop.start();
        while (drop.received.isEmpty()) {
            step();
        }
        assertEquals(4, drop.received.size());
        drop.restart();
        drop.run();
        assertEquals(IntStream.range(0, 10).mapToObj(Long::valueOf).collect(Collectors.toList()),
            drop.values("n"));
        assertEquals(List.of("done/a.json"), drop.files());
    }

    @Test
    void anUploadThatPausesInARowIsReadOn() throws Exception {
        drop.options.put("batch.rows", "1");
        drop.put("a.jsonl", "{\"n\":1}\n{\"n\":");
        drop.start();
        while (drop.received.isEmpty()) {
            step();
        }
        Path taken;
        try (Stream<Path> found = Files.list(drop.root.resolve("processing/incidents"))) {
            taken = found.filter(path -> path.toString().endsWith("a.jsonl")).findFirst()
                .orElseThrow();
        }
        Files.writeString(taken, "2}\n", StandardOpenOption.APPEND);
        drop.run();
        drop.run();
        assertEquals(List.of("done/a.jsonl"), drop.files());
        assertEquals(List.of(1L, 2L), drop.values("n"));
    }

    @Test
    void oneConnectorTakesBothFormsByTheirNames() throws Exception {
        drop.put("a.csv", "n\none\n");
        drop.put("b.JSONL", "{\"n\":\"two\"}");
        drop.start();
        drop.run();
        drop.run();
        assertEquals(List.of("done/a.csv", "done/b.JSONL"), drop.files());
        assertEquals(2, drop.received.size());
    }

    @Test
    void theOptionSaysWhatANameDoesNot() throws Exception {
        drop.options.putAll(Map.of("file.pattern", "*.txt", "file.format", "json"));
        drop.put("a.txt", "{\"n\":1}");
        drop.start();
        drop.run();
        assertEquals(List.of(1L), drop.values("n"));
        drop.options.put("file.format", "xml");
        ConfigException error =
            assertThrows(ConfigException.class, () -> new CsvDirectoryConfig(drop.options));
        assertTrue(error.getMessage().contains("auto or csv or json"), error.getMessage());
    }
}
