package dev.streaminglab.connect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.apache.kafka.common.config.ConfigValue;
import org.apache.kafka.connect.source.SourceConnector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What Kafka Connect asks a connector before it runs. */
final class ConnectorTest {
    @TempDir
    private Path drop;

    /** Option to its first error, of options that have one. */
    private Map<String, String> errors(Map<String, String> change) {
        Map<String, String> options = new HashMap<>(Map.of(
            "input.path", drop.toString(), "topic", "incidents"));
        options.putAll(change);
        Map<String, String> errors = new HashMap<>();
        for (ConfigValue value : new CsvDirectorySourceConnector().validate(options)
                .configValues()) {
            if (!value.errorMessages().isEmpty()) {
                errors.put(value.name(), value.errorMessages().get(0));
            }
        }
        return errors;
    }

    @Test
    void theDefaultsAreFine() {
        assertEquals(Map.of(), errors(Map.of("csv.types", "grav:int32, x:float64")));
    }

    @ParameterizedTest
    @CsvSource({
        "input.path, drop, whole path", "input.path, /nowhere/at/all, is not a folder",
        "topic, a topic, letters", "topic, .., letters", "file.pattern, ../*.csv, without folders",
        "csv.separator, |, must be", "csv.charset, klingon, no charset",
        "csv.types, grav:number, column:type", "csv.types, grav, column:type",
        "batch.rows, 0, at least 1", "batch.rows, many, number",
        "csv.decimal, ;, must be . or", "csv.grouping, _, must be", "csv.grouping, ., another",
        "csv.date.format, dd/mm/yyyy, month MM", "csv.date.format, jj/MM/aaaa, no such format",
        "csv.time.format, HH:MM, minute mm", "csv.timestamp.format, dd/MM/yyyy, no such format",
        "csv.time.zone, Paris, no time zone", "csv.time.overlap, first, must be",
        "csv.locale, ?, no language", "csv.short.rows, yes, must be",
        "csv.column.names, sql, must be", "errors.deadletterqueue.topic.name, a b, letters",
        "errors.deadletterqueue.topic.name, refused, needs errors.tolerance: all",
    })
    void aWrongOptionIsNamedWithWhatItShouldBe(String option, String value, String wanted) {
        Map<String, String> found = errors(Map.of(option, value));
        assertEquals(1, found.size(), found.toString());
        String told = found.get(option);
        assertTrue(told.contains(option) && told.contains(wanted), told);
    }

    @Test
    void aFormatWithoutAZoneNeedsOne() {
        String format = "dd/MM/yyyy HH:mm";
        assertTrue(errors(Map.of("csv.timestamp.format", format)).get("csv.time.zone")
            .contains("must be given"));
        assertEquals(Map.of(), errors(Map.of(
            "csv.timestamp.format", format, "csv.time.zone", "Europe/Paris")));
        assertEquals(Map.of(), errors(Map.of("csv.timestamp.format", format + "XXX")));
    }

    @Test
    void deadLettersAreSentWhereErrorsAreTolerated() {
        assertEquals(Map.of(), errors(Map.of("errors.tolerance", "all",
            "errors.deadletterqueue.topic.name", "refused")));
    }

    @Test
    void aColumnWithTwoTypesIsRefused() {
        assertTrue(errors(Map.of("csv.types", "a:int32,a:int64")).containsKey("csv.types"));
    }

    @Test
    void requiredOptionsAreNamed() {
        Map<String, Long> missing = new HashMap<>();
        for (ConfigValue value : new CsvDirectorySourceConnector().validate(Map.of())
                .configValues()) {
            missing.put(value.name(), (long) value.errorMessages().size());
        }
        assertEquals(1, missing.get("input.path"));
        assertEquals(1, missing.get("topic"));
    }

    @Test
    void thereIsOneTaskHoweverManyAreAllowed() {
        CsvDirectorySourceConnector connector = new CsvDirectorySourceConnector();
        Map<String, String> options = Map.of(
            "name", "csv", "input.path", drop.toString(), "topic", "incidents");
        connector.start(options);
        assertEquals(List.of(options), connector.taskConfigs(4));
    }

    @Test
    void aServiceFileTellsConnectOfIt() {
        assertTrue(ServiceLoader.load(SourceConnector.class).stream()
            .anyMatch(found -> found.type() == CsvDirectorySourceConnector.class));
    }
}
