package dev.streaminglab.connect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 4180, and where the reader says a fault is. */
final class CsvReaderTest {
    private static CsvReader reader(byte[] bytes, Charset charset) {
        CharSource source =
            new CharSource(Channels.newChannel(new ByteArrayInputStream(bytes)), charset);
        return new CsvReader(source, ',', 100_000);
    }

    private static CsvReader reader(String text) {
        return reader(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    }

    private static List<List<String>> rows(CsvReader reader) throws IOException {
        List<List<String>> rows = new ArrayList<>();
        for (List<String> row = reader.next(); row != null; row = reader.next()) {
            rows.add(row);
        }
        return rows;
    }

    private static String problem(String text) {
        CsvReader reader = reader(text);
        return assertThrows(CsvException.class, () -> rows(reader)).getMessage();
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r\n", "\r"})
    void everyKindOfLineEndEndsARow(String end) throws IOException {
        List<List<String>> wanted = List.of(List.of("a", "b"), List.of("1", "2"));
        assertEquals(wanted, rows(reader("a,b" + end + "1,2" + end)));
        assertEquals(wanted, rows(reader("a,b" + end + "1,2")));
    }

    @Test
    void quotesMayHoldSeparatorsLineEndsAndDoubledQuotes() throws IOException {
        assertEquals(List.of(List.of("a,b", "c\r\nd", "say \"yes\"", "x")),
            rows(reader("\"a,b\",\"c\r\nd\",\"say \"\"yes\"\"\",x\n")));
    }

    @Test
    void nothingIsNullAndEmptyQuotesAreEmptyText() throws IOException {
        assertEquals(List.of(Arrays.asList(null, "", null)), rows(reader(",\"\",\n")));
    }

    @Test
    void spacesBelongToTheField() throws IOException {
        assertEquals(List.of(List.of(" a ", " b")), rows(reader(" a , b")));
    }

    @Test
    void linesWithoutACharacterAreLeftOut() throws IOException {
        assertEquals(List.of(List.of("a"), List.of("b")), rows(reader("\n\na\r\n\r\n\nb\n\n")));
    }

    @Test
    void aByteOrderMarkIsLeftOut() throws IOException {
        assertEquals(List.of(List.of("a", "b")), rows(reader("\uFEFFa,b")));
        assertEquals(List.of(List.of("a\uFEFFb")), rows(reader("a\uFEFFb")));
    }

    @Test
    void linesAreCountedAsAnEditorDoes() throws IOException {
        CsvReader reader = reader("h\n\n\"two\nlines\"\nlast");
        reader.next();
        assertEquals(1, reader.lastLine());
        reader.next();
        assertEquals(3, reader.firstLine());
        assertEquals(4, reader.lastLine());
        assertTrue(reader.terminated());
        reader.next();
        assertEquals(5, reader.lastLine());
        assertFalse(reader.terminated());
        assertNull(reader.next());
    }

    @Test
    void faultsAreNamedWithTheirLine() {
        assertEquals("line 2: a quote is opened and never closed", problem("a\n\"b\nc\n"));
        assertTrue(problem("a\nb\n\"c\"d\n").startsWith("line 3: text after a closing quote"));
        assertTrue(problem("a\nb\"c\n").startsWith("line 2: a quote inside a field"));
    }

    @Test
    void aRowThatIsTooLongIsRefusedInsteadOfFillingTheMemory() {
        String text = "a\n\"" + "x".repeat(100_001) + "\"";
        assertTrue(problem(text).startsWith("line 2: a row of more than 100000 characters"));
    }

    @Test
    void rowsBeforeBytesThatAreNoTextAreRead() throws IOException {
        byte[] bytes = "a\nb\nc\n".getBytes(StandardCharsets.UTF_8);
        bytes[4] = (byte) 0xE9;
        CsvReader reader = reader(bytes, StandardCharsets.UTF_8);
        assertEquals(List.of("a"), reader.next());
        assertEquals(List.of("b"), reader.next());
        String told = assertThrows(CsvException.class, reader::next).getMessage();
        assertTrue(told.startsWith("line 3: bytes that are no text"), told);
    }

    @Test
    void anotherCharsetIsRead() throws IOException {
        Charset windows = Charset.forName("windows-1252");
        assertEquals(List.of(List.of("été", "5 €")),
            rows(reader("été,5 €".getBytes(windows), windows)));
    }

    @Test
    void charactersOfManyBytesSurviveTheEndOfABuffer() throws IOException {
        String field = "é€😀".repeat(9_000);
        assertEquals(List.of(List.of(field, "x" + field)), rows(reader(field + ",x" + field)));
    }

    @Test
    void theSeparatorIsSeenInTheHeaderOutsideOfQuotes() {
        assertEquals(';', CsvReader.separatorOf("a;b;c\n1,2,3,4,5"));
        assertEquals(',', CsvReader.separatorOf("a,b\n1;2;3"));
        assertEquals('\t', CsvReader.separatorOf("a\tb\tc;d\r\n"));
        assertEquals(';', CsvReader.separatorOf("\"a,b,c\";d\n"));
        assertEquals(',', CsvReader.separatorOf("alone"));
        assertEquals(';', CsvReader.separatorOf("Prix, EUR;Date\r\n1,5;2024"));
        assertEquals(';', CsvReader.separatorOf("Durée, h;Prix, EUR;Date\r\n"));
        assertEquals(',', CsvReader.separatorOf("a,b;c,d\n"));
    }
}
