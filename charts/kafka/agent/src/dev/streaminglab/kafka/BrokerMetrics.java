package dev.streaminglab.kafka;

import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.util.Map;
import java.util.TreeMap;
import javax.management.ObjectName;

/**
 * What a course measures of this broker: a fixed list of Kafka's MBeans, read when somebody asks.
 *
 * <p>Counts are told as they stand since the broker's start, not as rates: what a curve that only
 * rises is good for is an exercise.
 */
final class BrokerMetrics {
    /** Of more topics than that, the first by name. */
    private static final int MOST_TOPICS = 100;

    private static final String REPLICAS = "kafka.server:type=ReplicaManager,name=";
    private static final String CONTROLLER = "kafka.controller:type=KafkaController,name=";
    private static final String TRAFFIC = "kafka.server:type=BrokerTopicMetrics,name=";
    private static final String REQUESTS = "kafka.network:type=RequestMetrics,name=";
    private static final String GROUPS = "kafka.server:type=group-coordinator-metrics";

    /** Field of `kafka_request` by Kafka's name of a request. */
    private static final Map<String, String> ASKED = new TreeMap<>(Map.of(
            "Produce", "produce", "FetchConsumer", "fetch_consumer", "FetchFollower", "fetch_follower",
            "Metadata", "metadata", "OffsetCommit", "offset_commit"));

    private final Beans beans = new Beans();

    /** True on the one node of a cluster that is its controller now. */
    boolean controls() {
        return beans.read(CONTROLLER + "ActiveControllerCount", "Value") instanceof Number count
                && count.intValue() == 1;
    }

    String text() {
        Lines lines = new Lines();
        replication(lines);
        controller(lines);
        network(lines);
        requests(lines);
        topics(lines);
        groups(lines);
        machine(lines);
        return lines.toString();
    }

    private void replication(Lines lines) {
        lines.point("kafka_replication")
                .field("under_replicated_partitions", value(REPLICAS + "UnderReplicatedPartitions"))
                .field("under_min_isr_partitions", value(REPLICAS + "UnderMinIsrPartitionCount"))
                .field("offline_replicas", value(REPLICAS + "OfflineReplicaCount"))
                .field("partitions", value(REPLICAS + "PartitionCount"))
                .field("leaders", value(REPLICAS + "LeaderCount"))
                .field("isr_shrinks", count(REPLICAS + "IsrShrinksPerSec"))
                .field("isr_expands", count(REPLICAS + "IsrExpandsPerSec"))
                .end();
    }

    private void controller(Lines lines) {
        lines.point("kafka_controller")
                .field("active", value(CONTROLLER + "ActiveControllerCount"))
                .field("epoch", beans.read("kafka.server:type=raft-metrics", "current-epoch"))
                .field("offline_partitions", value(CONTROLLER + "OfflinePartitionsCount"))
                .field("not_preferred_leaders", value(CONTROLLER + "PreferredReplicaImbalanceCount"))
                .field("active_brokers", value(CONTROLLER + "ActiveBrokerCount"))
                .field("fenced_brokers", value(CONTROLLER + "FencedBrokerCount"))
                .field("unclean_elections", count(
                        "kafka.controller:type=ControllerStats,name=UncleanLeaderElectionsPerSec"))
                .end();
    }

    private void network(Lines lines) {
        lines.point("kafka_network")
                .field("bytes_in", count(TRAFFIC + "BytesInPerSec"))
                .field("bytes_out", count(TRAFFIC + "BytesOutPerSec"))
                .field("messages_in", count(TRAFFIC + "MessagesInPerSec"))
                .field("replication_bytes_in", count(TRAFFIC + "ReplicationBytesInPerSec"))
                .field("replication_bytes_out", count(TRAFFIC + "ReplicationBytesOutPerSec"))
                .field("failed_produce", count(TRAFFIC + "FailedProduceRequestsPerSec"))
                .field("failed_fetch", count(TRAFFIC + "FailedFetchRequestsPerSec"))
                .field("idle", value(
                        "kafka.network:type=SocketServer,name=NetworkProcessorAvgIdlePercent"))
                .end();
    }

    /** Kafka counts each version of a request apart. */
    private void requests(Lines lines) {
        Map<String, Long> counts = new TreeMap<>();
        for (ObjectName bean : beans.named(REQUESTS + "RequestsPerSec,*")) {
            String request = bean.getKeyProperty("request");
            if (request != null && ASKED.containsKey(request)
                    && beans.read(bean, "Count") instanceof Number count) {
                counts.merge(request, count.longValue(), Long::sum);
            }
        }
        counts.forEach((request, count) -> {
            String time = REQUESTS + "TotalTimeMs,request=" + request;
            lines.point("kafka_request,request=" + ASKED.get(request)).field("count", count)
                    .field("ms_mean", beans.read(time, "Mean"))
                    .field("ms_p99", beans.read(time, "99thPercentile")).end();
        });
    }

    private void topics(Lines lines) {
        Map<String, ObjectName> found = new TreeMap<>();
        for (ObjectName bean : beans.named(TRAFFIC + "MessagesInPerSec,topic=*")) {
            found.put(bean.getKeyProperty("topic"), bean);
        }
        found.entrySet().stream().limit(MOST_TOPICS).forEach(topic -> {
            String of = ",topic=" + topic.getKey();
            lines.point("kafka_topic,topic=" + Lines.tag(topic.getKey()))
                    .field("messages_in", beans.read(topic.getValue(), "Count"))
                    .field("bytes_in", count(TRAFFIC + "BytesInPerSec" + of))
                    .field("bytes_out", count(TRAFFIC + "BytesOutPerSec" + of)).end();
        });
    }

    private void machine(Lines lines) {
        Runtime machine = Runtime.getRuntime();
        long pauses = 0;
        for (GarbageCollectorMXBean each : ManagementFactory.getGarbageCollectorMXBeans()) {
            pauses += Math.max(0, each.getCollectionTime());
        }
        lines.point("kafka_jvm")
                .field("heap_used", machine.totalMemory() - machine.freeMemory())
                .field("heap_max", machine.maxMemory())
                .field("gc_ms", pauses)
                .end();
    }

    /** Of the groups that this broker coordinates, by both of Kafka's protocols. */
    private void groups(Lines lines) {
        lines.point("kafka_coordinator")
                .field("classic_rebalances", whole(beans.read(GROUPS, "group-completed-rebalance-count")))
                .field("consumer_rebalances", whole(beans.read(GROUPS, "consumer-group-rebalance-count")))
                .field("offset_commits", whole(beans.read(GROUPS, "offset-commit-count")))
                .end();
    }

    /** Kafka keeps these counts as numbers with a point. */
    private static Object whole(Object count) {
        return count instanceof Number number ? (Object) number.longValue() : null;
    }

    private Object value(String gauge) {
        return beans.read(gauge, "Value");
    }

    private Object count(String meter) {
        return beans.read(meter, "Count");
    }
}
