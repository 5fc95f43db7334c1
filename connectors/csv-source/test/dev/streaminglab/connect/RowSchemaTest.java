package dev.streaminglab.connect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** From header and rows to schemas and values. */
final class RowSchemaTest {
    private static RowSchema schema(List<String> header, Map<String, String> types, String key,
            String... options) throws CsvException {
        Map<String, String> given = new HashMap<>(Map.of("input.path", "/data", "topic", "t"));
        for (int at = 0; at < options.length; at += 2) {
            given.put(options[at], options[at + 1]);
        }
        return RowSchema.of(header, 1, types, key, new CsvDirectoryConfig(given).rules());
    }

    private static String problem(RowSchema rows, String... fields) {
        return assertThrows(CsvException.class,
            () -> rows.value(Arrays.asList(fields), 7)).getMessage();
    }

    private static String refused(List<String> header, Map<String, String> types, String key) {
        return assertThrows(CsvException.class, () -> schema(header, types, key))
            .getMessage();
    }

    @Test
    void columnsAreOptionalTextUnlessATypeIsGiven() throws CsvException {
        Schema schema = schema(List.of(" id ", "n"), Map.of("n", "int32"), "").schema();
        assertEquals(Schema.OPTIONAL_STRING_SCHEMA, schema.field("id").schema());
        assertEquals(Schema.OPTIONAL_INT32_SCHEMA, schema.field("n").schema());
    }

    @Test
    void theKeyIsTheTextOfItsColumnOrNull() throws CsvException {
        RowSchema rows = schema(List.of("id", "n"), Map.of("id", "int32"), "id");
        assertEquals("007", rows.key(List.of("007", "x")));
        assertNull(rows.key(Arrays.asList(null, "x")));
        assertEquals(Schema.OPTIONAL_STRING_SCHEMA, rows.keySchema());
    }

    @Test
    void withoutAKeyColumnThereIsNoKey() throws CsvException {
        RowSchema rows = schema(List.of("id"), Map.of(), "");
        assertNull(rows.keySchema());
        assertNull(rows.key(List.of("1")));
    }

    @ParameterizedTest
    @CsvSource({"int16,-7,-7", "int32,1,1", "int64,9000000000,9000000000", "float32,1.5,1.5",
        "float64,-1e3,-1000.0", "boolean,TRUE,true", "boolean,0,false", "int32,' 4 ',4"})
    void valuesOfEveryTypeAreRead(String type, String text, String wanted) throws CsvException {
        RowSchema rows = schema(List.of("a"), Map.of("a", type), "");
        assertEquals(wanted, rows.value(List.of(text), 2).get("a").toString());
    }

    @Test
    void anEmptyNumberIsNull() throws CsvException {
        RowSchema rows = schema(List.of("a", "b"), Map.of("a", "int32", "b", "int32"), "");
        Struct value = rows.value(Arrays.asList(null, " "), 2);
        assertNull(value.get("a"));
        assertNull(value.get("b"));
    }

    @ParameterizedTest
    @CsvSource({"int32,3.5", "int32,99999999999", "boolean,yes"})
    void aValueThatIsNotOfItsTypeIsNamedWithLineAndColumn(String type, String text)
            throws CsvException {
        RowSchema rows = schema(List.of("grav"), Map.of("grav", type), "");
        String told = assertThrows(CsvException.class,
            () -> rows.value(List.of(text), 7)).getMessage();
        assertEquals("line 7: column 'grav': '" + text + "' is not of the type " + type
            + " (csv.types)", told);
    }

    @Test
    void aRowWithMoreOrFewerFieldsThanTheHeaderIsRefused() throws CsvException {
        RowSchema rows = schema(List.of("a", "b"), Map.of(), "");
        String told = assertThrows(CsvException.class,
            () -> rows.value(List.of("1"), 3)).getMessage();
        assertEquals("line 3: 1 fields, but the header has 2 columns", told);
    }

    @Test
    void aHeaderThatCannotNameFieldsIsRefused() {
        assertTrue(refused(List.of("a", "a"), Map.of(), "").contains("two columns are called 'a'"));
        assertTrue(refused(Arrays.asList("a", null, "b"), Map.of(), "")
            .contains("without a name"));
    }

    @Test
    void anOptionThatNamesAnUnknownColumnIsNamedWithTheColumnsThereAre() {
        assertEquals("line 1: csv.key.field names the column 'c', the header has: a, b",
            refused(List.of("a", "b"), Map.of(), "c"));
        assertTrue(refused(List.of("a"), Map.of("b", "int32"), "").contains("csv.types names"));
    }

    @Test
    void aDecimalCommaThatIsNotDeclaredIsNamedWithTheOption() throws CsvException {
        RowSchema rows = schema(List.of("grav"), Map.of("grav", "float64"), "");
        assertEquals("line 7: column 'grav': '3,5' is not of the type float64 (csv.types);"
            + " csv.decimal and csv.grouping say how numbers are written", problem(rows, "3,5"));
    }

    @Test
    void separatorsAtTheEndOfLinesAreNoColumns() throws CsvException {
        RowSchema rows = schema(Arrays.asList("a", "b", null, null), Map.of(), "");
        assertEquals(2, rows.schema().fields().size());
        assertEquals("2", rows.value(Arrays.asList("1", "2", null, null), 2).get("b"));
        assertEquals("2", rows.value(Arrays.asList("1", "2"), 2).get("b"));
        assertEquals("2", rows.value(Arrays.asList("1", "2", null), 2).get("b"));
        assertTrue(problem(rows, "1", "2", "x").contains("3 fields"));
    }

    @Test
    void aRowOfNothingIsEmptyAndAFieldOfEmptyQuotesIsNot() throws CsvException {
        RowSchema two = schema(List.of("a", "b"), Map.of(), "");
        assertTrue(two.isEmpty(Arrays.asList(null, null)));
        assertTrue(two.isEmpty(List.of(" \u00A0")));
        assertFalse(two.isEmpty(Arrays.asList("", null)));
        assertFalse(schema(List.of("a"), Map.of(), "").isEmpty(List.of(" ")));
    }

    @Test
    void missingFieldsAreNullWhereThatIsDeclared() throws CsvException {
        RowSchema rows = schema(List.of("a", "b"), Map.of("b", "int32"), "b",
            "csv.short.rows", "fill");
        assertNull(rows.value(List.of("1"), 2).get("b"));
        assertNull(rows.key(List.of("1")));
        assertTrue(problem(rows, "1", "2", "3").contains("3 fields"));
    }

    @ParameterizedTest
    @CsvSource({"Case Id,case_id", "Durée (h),duree_h", "N°,n", "2024,column_2024", "?,column_",
        "cœur,coeur", "  A--B  ,a_b", "İl,il", "incident,incident", "Straße,strasse"})
    void plainNamesNeedNoQuotesInSql(String name, String wanted) throws CsvException {
        Schema schema = schema(List.of(name), Map.of(), "", "csv.column.names", "plain").schema();
        assertEquals(wanted, schema.fields().get(0).name());
    }

    @Test
    void optionsMayNameAColumnAsInTheFileOrByItsPlainName() throws CsvException {
        for (String name : List.of("Case Id", "case_id")) {
            RowSchema rows = schema(List.of("Case Id"), Map.of(name, "int32"), name,
                "csv.column.names", "plain");
            assertEquals(5, rows.value(List.of("5"), 2).get("case_id"));
            assertEquals("5", rows.key(List.of("5")));
        }
    }

    @Test
    void twoColumnsWithOnePlainNameAreRefusedWithTheOption() {
        String told = assertThrows(CsvException.class, () -> schema(List.of("Case Id", "case-id"),
            Map.of(), "", "csv.column.names", "plain")).getMessage();
        assertEquals("line 1: two columns are called 'case_id' (csv.column.names)", told);
    }

    @Test
    void datesAndTimesBecomeConnectsLogicalTypes() throws CsvException {
        RowSchema rows = schema(List.of("d", "t", "s"),
            Map.of("d", "date", "t", "time", "s", "timestamp"), "",
            "csv.date.format", "dd/MM/yyyy", "csv.time.format", "HH:mm",
            "csv.timestamp.format", "dd/MM/yyyy HH:mm", "csv.time.zone", "Europe/Paris");
        Struct value = rows.value(List.of("31/01/2024", "14:30", "01/07/2024 00:30"), 2);
        assertEquals("org.apache.kafka.connect.data.Date", rows.schema().field("d").schema().name());
        assertEquals(Instant.parse("2024-01-31T00:00:00Z"), ((Date) value.get("d")).toInstant());
        assertEquals(52_200_000, ((Date) value.get("t")).getTime());
        assertEquals(Instant.parse("2024-06-30T22:30:00Z"), ((Date) value.get("s")).toInstant());
        assertEquals("line 7: column 'd': '01-31-2024' is not of the type date (csv.types);"
            + " csv.date.format says how it is written", problem(rows, "01-31-2024", "", ""));
    }
}
