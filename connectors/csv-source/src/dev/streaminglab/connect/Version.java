package dev.streaminglab.connect;

import java.util.Objects;

/** The version in the jar's manifest. */
final class Version {
    private Version() { }

    static String of(Class<?> type) {
        String version = type.getPackage().getImplementationVersion();
        return Objects.requireNonNullElse(version, "unknown");
    }
}
