package dev.streaminglab.connect;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigValue;
import org.apache.kafka.connect.connector.Task;
import org.apache.kafka.connect.source.ExactlyOnceSupport;
import org.apache.kafka.connect.source.SourceConnector;

/** Sends the rows of CSV files that users put into a folder to a topic. See README.md. */
public final class CsvDirectorySourceConnector extends SourceConnector {
    private Map<String, String> given = Map.of();

    @Override
    public String version() {
        return Version.of(CsvDirectorySourceConnector.class);
    }

    @Override
    public ConfigDef config() {
        return CsvDirectoryConfig.DEFINITION;
    }

    @Override
    public Config validate(Map<String, String> options) {
        Config result = super.validate(options);
        boolean fine = true;
        for (ConfigValue option : result.configValues()) {
            fine &= option.errorMessages().isEmpty();
        }
        Map<String, String> problems =
            fine ? CsvDirectoryConfig.problems(options) : Map.of();
        for (ConfigValue option : result.configValues()) {
            if (problems.containsKey(option.name())) {
                option.addErrorMessage(problems.get(option.name()));
            }
            if (option.name().equals(CsvDirectoryConfig.INPUT_PATH)) {
                checkFolder(option);
            }
        }
        return result;
    }

    private static void checkFolder(ConfigValue option) {
        if (!option.errorMessages().isEmpty() || option.value() == null) {
            return;
        }
        String path = option.value().toString();
        String problem = DropFolder.problem(Path.of(path));
        if (problem != null) {
            option.addErrorMessage(option.name() + ": " + path + " " + problem);
        }
    }

    @Override
    public void start(Map<String, String> options) {
        given = Map.copyOf(new CsvDirectoryConfig(options).originalsStrings());
    }

    @Override
    public Class<? extends Task> taskClass() {
        return CsvDirectorySourceTask.class;
    }

    /** Always one task: rows of one folder have an order. */
    @Override
    public List<Map<String, String>> taskConfigs(int maxTasks) {
        return List.of(given);
    }

    /** Where rows go on after a restart is decided by the stored offsets alone. */
    @Override
    public ExactlyOnceSupport exactlyOnceSupport(Map<String, String> options) {
        return ExactlyOnceSupport.SUPPORTED;
    }

    @Override
    public void stop() {
        // Only the task holds anything.
    }
}
