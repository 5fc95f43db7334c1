package dev.streaminglab.kafka;

import java.lang.management.ManagementFactory;
import java.util.Set;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.MalformedObjectNameException;
import javax.management.ObjectName;

/** Kafka's own MBeans. Reads only; keeps nothing between two questions. */
final class Beans {
    private final MBeanServer server = ManagementFactory.getPlatformMBeanServer();

    /** Null where there is no such bean, or not yet. */
    Object read(String bean, String attribute) {
        try {
            return read(new ObjectName(bean), attribute);
        } catch (MalformedObjectNameException noBean) {
            return null;
        }
    }

    Object read(ObjectName bean, String attribute) {
        try {
            return server.getAttribute(bean, attribute);
        } catch (JMException notThereYet) {
            return null;
        }
    }

    /** All beans that fit a pattern; none where it is no pattern. */
    Set<ObjectName> named(String pattern) {
        try {
            return server.queryNames(new ObjectName(pattern), null);
        } catch (MalformedObjectNameException noPattern) {
            return Set.of();
        }
    }
}
