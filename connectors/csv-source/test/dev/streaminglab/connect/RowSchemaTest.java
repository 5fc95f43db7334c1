package dev.streaminglab.connect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** From header and rows to schemas and values. */
final class RowSchemaTest {
    private static String refused(List<String> header, Map<String, String> types, String key) {
        return assertThrows(CsvException.class, () -> RowSchema.of(header, types, key))
            .getMessage();
    }

    @Test
    void columnsAreOptionalTextUnlessATypeIsGiven() throws CsvException {
        Schema schema = RowSchema.of(List.of(" id ", "n"), Map.of("n", "int32"), "").schema();
        assertEquals(Schema.OPTIONAL_STRING_SCHEMA, schema.field("id").schema());
        assertEquals(Schema.OPTIONAL_INT32_SCHEMA, schema.field("n").schema());
    }

    @Test
    void theKeyIsTheTextOfItsColumnOrNull() throws CsvException {
        RowSchema rows = RowSchema.of(List.of("id", "n"), Map.of("id", "int32"), "id");
        assertEquals("007", rows.key(List.of("007", "x")));
        assertNull(rows.key(Arrays.asList(null, "x")));
        assertEquals(Schema.OPTIONAL_STRING_SCHEMA, rows.keySchema());
    }

    @Test
    void withoutAKeyColumnThereIsNoKey() throws CsvException {
        RowSchema rows = RowSchema.of(List.of("id"), Map.of(), "");
        assertNull(rows.keySchema());
        assertNull(rows.key(List.of("1")));
    }

    @ParameterizedTest
    @CsvSource({"int16,-7,-7", "int32,1,1", "int64,9000000000,9000000000", "float32,1.5,1.5",
        "float64,-1e3,-1000.0", "boolean,TRUE,true", "boolean,0,false", "int32,' 4 ',4"})
    void valuesOfEveryTypeAreRead(String type, String text, String wanted) throws CsvException {
        RowSchema rows = RowSchema.of(List.of("a"), Map.of("a", type), "");
        assertEquals(wanted, rows.value(List.of(text), 2).get("a").toString());
    }

    @Test
    void anEmptyNumberIsNull() throws CsvException {
        RowSchema rows = RowSchema.of(List.of("a", "b"), Map.of("a", "int32", "b", "int32"), "");
        Struct value = rows.value(Arrays.asList(null, " "), 2);
        assertNull(value.get("a"));
        assertNull(value.get("b"));
    }

    @ParameterizedTest
    @CsvSource({"int32,3.5", "int32,99999999999", "float64,'3,5'", "boolean,yes"})
    void aValueThatIsNotOfItsTypeIsNamedWithLineAndColumn(String type, String text)
            throws CsvException {
        RowSchema rows = RowSchema.of(List.of("grav"), Map.of("grav", type), "");
        String told = assertThrows(CsvException.class,
            () -> rows.value(List.of(text), 7)).getMessage();
        assertEquals("line 7: column 'grav': '" + text + "' is not of the type " + type
            + " (csv.types)", told);
    }

    @Test
    void aRowWithMoreOrFewerFieldsThanTheHeaderIsRefused() throws CsvException {
        RowSchema rows = RowSchema.of(List.of("a", "b"), Map.of(), "");
        String told = assertThrows(CsvException.class,
            () -> rows.value(List.of("1"), 3)).getMessage();
        assertEquals("line 3: 1 fields, but the header has 2 columns", told);
    }

    @Test
    void aHeaderThatCannotNameFieldsIsRefused() {
        assertTrue(refused(List.of("a", "a"), Map.of(), "").contains("two columns are called 'a'"));
        assertTrue(refused(Arrays.asList("a", null), Map.of(), "").contains("without a name"));
    }

    @Test
    void anOptionThatNamesAnUnknownColumnIsNamedWithTheColumnsThereAre() {
        assertEquals("line 1: csv.key.field names the column 'c', the header has: a, b",
            refused(List.of("a", "b"), Map.of(), "c"));
        assertTrue(refused(List.of("a"), Map.of("b", "int32"), "").contains("csv.types names"));
    }
}
