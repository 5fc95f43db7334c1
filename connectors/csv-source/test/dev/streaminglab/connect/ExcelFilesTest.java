package dev.streaminglab.connect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.apache.kafka.connect.data.Struct;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files as spreadsheets write them, above all a French Excel. */
final class ExcelFilesTest {
    private static final Charset WINDOWS = Charset.forName("windows-1252");
    private static final String FRENCH = "Case Id;Durée;Début;Remarque;\r\n"
        + "I1;1\u00A0234,50;31/01/2024 14:30;\"ligne 1\nligne \"\"2\"\" ; 5 €\";\r\n"
        + "I2;0,5;01/07/2024 08:00;;\r\n"
        + ";;;;\r\n;;;;\r\n";

    @TempDir
    private Path folder;
    private Drop drop;

    @BeforeEach
    void open() throws IOException {
        drop = new Drop(Files.createDirectory(folder.resolve("drop")));
    }

    private List<Struct> sent(byte[] bytes) throws Exception {
        drop.putBytes("a.csv", bytes);
        Connect connect = new Connect(drop);
        connect.runToTheEnd();
        return connect.kafka.stream().map(record -> (Struct) record.value())
            .collect(Collectors.toList());
    }

    private static byte[] marked(String text, Charset charset) {
        return ("\uFEFF" + text).getBytes(charset);
    }

    private void declareFrench() {
        drop.options.putAll(Map.of("csv.charset", "auto", "csv.decimal", ",",
            "csv.types", "duree:float64,debut:timestamp", "csv.column.names", "plain",
            "csv.timestamp.format", "dd/MM/yyyy HH:mm", "csv.time.zone", "Europe/Paris",
            "csv.key.field", "Case Id"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"windows-1252", "UTF-8", "UTF-8 marked", "UTF-16LE marked",
        "UTF-16BE marked", "UTF-32LE marked"})
    void whatAFrenchExcelWritesIsReadWhateverItIsSavedAs(String savedAs) throws Exception {
        declareFrench();
        Charset charset = Charset.forName(savedAs.split(" ")[0]);
        List<Struct> sent = sent(savedAs.endsWith("marked") ? marked(FRENCH, charset)
            : FRENCH.getBytes(charset));
        assertEquals(List.of("done/a.csv"), drop.files());
        assertEquals(2, sent.size());
        Struct first = sent.get(0);
        assertEquals(List.of("case_id", "duree", "debut", "remarque"), first.schema().fields()
            .stream().map(field -> field.name()).collect(Collectors.toList()));
        assertEquals(1234.5, first.get("duree"));
        assertEquals(Instant.parse("2024-01-31T13:30:00Z"), ((Date) first.get("debut")).toInstant());
        assertEquals("ligne 1\nligne \"2\" ; 5 €", first.get("remarque"));
        assertEquals(Instant.parse("2024-07-01T06:00:00Z"),
            ((Date) sent.get(1).get("debut")).toInstant());
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-8", "windows-1252", "auto"})
    void aByteOrderMarkCountsMoreThanWhatIsDeclared(String declared) throws Exception {
        drop.options.put("csv.charset", declared);
        assertEquals("Zoé", sent(marked("nom;âge\r\nZoé;5\r\n", StandardCharsets.UTF_8)).get(0)
            .get("nom"));
    }

    @Test
    void aFileOfAnotherCharsetThanDeclaredIsToldWithTheOption() throws Exception {
        sent("nom\r\nZoé\r\n".getBytes(WINDOWS));
        String why = drop.text("error/a.csv.reason.txt");
        assertTrue(why.startsWith("line 2: bytes that are no text in UTF-8 (csv.charset);"
            + " Excel's plain CSV is windows-1252"), why);
    }

    @Test
    void whatWindowsDoesNotKnowEitherIsNotGuessed() throws Exception {
        drop.options.put("csv.charset", "auto");
        sent(new byte[] {'n', '\n', (byte) 0x81, '\n'});
        assertTrue(drop.text("error/a.csv.reason.txt").contains("no text in windows-1252"));
    }

    @Test
    void utf16WithoutAMarkIsNoTextOfNulCharacters() throws Exception {
        sent("n;m\r\n1;2\r\n".getBytes(StandardCharsets.UTF_16LE));
        assertTrue(drop.text("error/a.csv.reason.txt").startsWith("line 1: a NUL character"));
        drop.options.put("csv.charset", "UTF-16LE");
        assertEquals("2", sent("n;m\r\n1;2\r\n".getBytes(StandardCharsets.UTF_16LE)).get(0)
            .get("m"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"sep=;", "SEP=,", "sep=\t"})
    void excelsOwnLineOnTheSeparatorIsNoHeader(String line) throws Exception {
        String separator = line.substring(4);
        List<Struct> sent = sent((line + "\r\na" + separator + "b\r\n1" + separator + "2\r\n")
            .getBytes(StandardCharsets.UTF_8));
        assertEquals("2", sent.get(0).get("b"));
    }

    @Test
    void theMarkThatDosPutsAtAFilesEndIsNoRow() throws Exception {
        List<Struct> sent = sent("a;b\r\n1;2\r\n\u001A".getBytes(StandardCharsets.UTF_8));
        assertEquals(List.of("done/a.csv"), drop.files());
        assertEquals(1, sent.size());
    }

    @Test
    void aCommaInAColumnsNameIsNoSeparatorBesideSemicolons() throws Exception {
        List<Struct> sent = sent("Prix, EUR;Date\r\n1,5;31/01/2024\r\n"
            .getBytes(StandardCharsets.UTF_8));
        assertEquals("1,5", sent.get(0).get("Prix, EUR"));
    }

    @Test
    void booleansAreReadInFrench() throws Exception {
        drop.options.put("csv.types", "ok:boolean");
        List<Struct> sent = sent("ok;n\r\nVRAI;1\r\nFAUX;2\r\n".getBytes(StandardCharsets.UTF_8));
        assertEquals(List.of(true, false),
            sent.stream().map(row -> row.get("ok")).collect(Collectors.toList()));
    }

    @Test
    void whatIsSetAsideIsWrittenAsTheFileIs() throws Exception {
        drop.options.putAll(Map.of("csv.charset", "auto", "errors.tolerance", "all"));
        sent("nom;âge\r\nZoé\r\n".getBytes(WINDOWS));
        assertEquals("nom;âge\r\nZoé\r\n",
            new String(Files.readAllBytes(drop.root.resolve("error/a.csv")), WINDOWS));
        drop = new Drop(Files.createDirectory(folder.resolve("marked")));
        drop.options.put("errors.tolerance", "all");
        byte[] marked = marked("nom;âge\r\nZoé\r\n", StandardCharsets.UTF_16LE);
        sent(marked);
        assertEquals(new String(marked, StandardCharsets.UTF_16LE), new String(
            Files.readAllBytes(drop.root.resolve("error/a.csv")), StandardCharsets.UTF_16LE));
    }

    @Test
    void manyColumnsDoNotFillTheMemory() throws Exception {
        drop.options.put("csv.short.rows", "fill");
        StringBuilder header = new StringBuilder("c0");
        for (int column = 1; column < 50_000; column++) {
            header.append(";c").append(column);
        }
        drop.put("a.csv", header + "\n" + "1\n".repeat(200));
        drop.start();
        drop.poll();
        assertTrue(drop.received.size() <= 12 * 21, "rows at a time: " + drop.received.size());
        drop.stop();
    }

    /** Whatever a table holds, and however it is saved, it is read as it was. */
    @Test
    void everyTableIsReadAsItWasWritten() throws Exception {
        List<String> pieces = Arrays.asList("a", "é", "€", "\"", "\n", "\r\n", ";", ",", "\t", " ",
            "\u00A0", "1,5", "sep=;", "œ", "'");
        for (int seed = 0; seed < 400; seed++) {
            Random random = new Random(seed);
            Charset charset = List.of(WINDOWS, StandardCharsets.UTF_8, StandardCharsets.UTF_16LE)
                .get(random.nextInt(3));
            String separator = List.of(";", ",", "\t").get(random.nextInt(3));
            String end = List.of("\r\n", "\n", "\r").get(random.nextInt(3));
            StringBuilder text = new StringBuilder(String.join(separator, "x", "y", "z") + end);
            List<List<String>> table = new ArrayList<>();
            for (int row = random.nextInt(6); row > 0; row--) {
                List<String> fields = new ArrayList<>();
                for (int field = 0; field < 3; field++) {
                    fields.add(random.ints(random.nextInt(6), 0, pieces.size())
                        .mapToObj(pieces::get).collect(Collectors.joining()));
                }
                table.add(fields);
                text.append(fields.stream().map(field -> '"' + field.replace("\"", "\"\"") + '"')
                    .collect(Collectors.joining(separator))).append(end);
            }
            boolean mark = charset == StandardCharsets.UTF_16LE || charset != WINDOWS
                && random.nextBoolean();
            Path file = Files.write(folder.resolve("t" + seed),
                mark ? marked(text.toString(), charset) : text.toString().getBytes(charset));
            assertEquals(table, read(file, separator.charAt(0)), "seed " + seed);
        }
    }

    private static List<List<String>> read(Path file, char separator) throws IOException {
        try (var channel = Files.newByteChannel(file)) {
            Encoding encoding = Encoding.of(channel, Encoding.AUTO);
            CharSource source = new CharSource(channel, encoding.charset());
            assertEquals(separator, CsvReader.separatorOf(source.ahead()));
            CsvReader reader = new CsvReader(source, separator, 1_000);
            List<List<String>> rows = new ArrayList<>();
            reader.next();
            for (List<String> row = reader.next(); row != null; row = reader.next()) {
                rows.add(row);
            }
            return rows;
        }
    }
}
