package dev.streaminglab.kafka;

import java.util.Set;

/** What Kafka's own MBeans say about this node. Reads only; keeps nothing between two questions. */
final class BrokerView {
    /** org.apache.kafka.metadata.BrokerState.RUNNING: registered, caught up and not fenced. */
    private static final int RUNNING = 3;

    /** Raft states in which a node with a vote knows its leader. */
    private static final Set<String> VOTER_IN_QUORUM = Set.of("leader", "follower");

    /** A broker without a vote only watches the quorum. */
    private static final Set<String> OBSERVER_IN_QUORUM = Set.of("observer");

    private static final String BROKER_STATE = "kafka.server:type=KafkaServer,name=BrokerState";
    private static final String RAFT = "kafka.server:type=raft-metrics";
    private static final String UNDER_REPLICATED =
            "kafka.server:type=ReplicaManager,name=UnderReplicatedPartitions";

    private final Beans beans = new Beans();
    private final Set<String> inQuorum;

    BrokerView(boolean voter) {
        inQuorum = voter ? VOTER_IN_QUORUM : OBSERVER_IN_QUORUM;
    }

    /** Null when ready. A value that cannot be read is a reason: readiness fails closed. */
    String reasonNotReady() {
        Object raft = beans.read(RAFT, "current-state");
        if (raft == null) {
            return "the raft state is not known yet";
        }
        if (!inQuorum.contains(raft.toString())) {
            return "no quorum: raft state is " + raft;
        }
        Object broker = beans.read(BROKER_STATE, "Value");
        if (broker == null) {
            return "the broker state is not known yet";
        }
        if (((Number) broker).intValue() != RUNNING) {
            return "broker state is " + broker + ", not " + RUNNING + " (running)";
        }
        return null;
    }

    /** Prometheus text. A value that cannot be read is left out, never written as 0. */
    String metrics() {
        StringBuilder text = new StringBuilder();
        gauge(text, "kafka_broker_state", "3 = running", beans.read(BROKER_STATE, "Value"));
        gauge(text, "kafka_under_replicated_partitions", "Partitions this broker leads with too few "
                + "replicas in sync", beans.read(UNDER_REPLICATED, "Value"));
        Object raft = beans.read(RAFT, "current-state");
        if (raft != null) {
            text.append("# HELP kafka_raft_state The node's state in the controller quorum\n")
                    .append("# TYPE kafka_raft_state gauge\n")
                    .append("kafka_raft_state{state=\"").append(raft).append("\"} 1\n");
        }
        gauge(text, "kafka_ready", "1 = /readyz answers 200", reasonNotReady() == null ? 1 : 0);
        return text.toString();
    }

    private static void gauge(StringBuilder text, String name, String help, Object value) {
        if (value != null) {
            text.append("# HELP ").append(name).append(' ').append(help).append('\n')
                    .append("# TYPE ").append(name).append(" gauge\n")
                    .append(name).append(' ').append(value).append('\n');
        }
    }
}
