package dev.streaminglab.kafka;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.ListGroupsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;

/**
 * What no MBean of a broker knows: how far consumer groups are behind, and how often partitions
 * have got another leader. Asked of the cluster by Kafka's own client, which is here anyway.
 *
 * <p>One node of a cluster is asked, the active controller; the others answer with nothing.
 */
final class Groups {
    private static final int MOST_TOPICS = 100;
    private static final int MOST_PARTITIONS = 1000;
    private static final int MOST_GROUPS = 50;
    private static final long PATIENCE_MS = 3000;

    private final ReentrantLock turn = new ReentrantLock();
    private final String servers;
    private volatile Admin admin;

    Groups(String servers) {
        this.servers = servers;
    }

    /**
     * Points of every group and topic; what a broker does not tell in time is left out. Nothing while
     * the question before this one still waits: no thread waits behind another.
     */
    String text() {
        if (!turn.tryLock()) {
            return "";
        }
        try {
            return asked();
        } finally {
            turn.unlock();
        }
    }

    private String asked() {
        Lines lines = new Lines();
        try {
            Map<TopicPartition, ListOffsetsResultInfo> ends = ends(topics());
            elections(lines, ends);
            lag(lines, ends);
        } catch (ExecutionException | TimeoutException broken) {
            // A broker that is away is what such a course is about: what was answered is told.
            return lines.toString();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
        return lines.toString();
    }

    /** Closed where this node is not the controller any more: no connection is kept for nothing. */
    void rest() {
        if (admin != null && turn.tryLock()) {
            try {
                admin.close(Duration.ZERO);
                admin = null;
            } finally {
                turn.unlock();
            }
        }
    }

    private Map<String, TopicDescription> topics()
            throws ExecutionException, InterruptedException, TimeoutException {
        List<String> names = got(admin().listTopics().names()).stream().sorted().limit(MOST_TOPICS)
                .toList();
        return got(admin().describeTopics(names).allTopicNames());
    }

    /** Of partitions that have a leader: one without would be waited for. */
    private Map<TopicPartition, ListOffsetsResultInfo> ends(Map<String, TopicDescription> topics)
            throws ExecutionException, InterruptedException {
        Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
        for (TopicDescription topic : new TreeMap<>(topics).values()) {
            for (TopicPartitionInfo partition : topic.partitions()) {
                if (partition.leader() != null && asked.size() < MOST_PARTITIONS) {
                    asked.put(new TopicPartition(topic.name(), partition.partition()),
                            OffsetSpec.latest());
                }
            }
        }
        var answer = admin().listOffsets(asked);
        Map<TopicPartition, ListOffsetsResultInfo> ends = new HashMap<>();
        long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MS);
        for (TopicPartition place : asked.keySet()) {
            long left = Math.max(0, until - System.nanoTime());
            try {
                ends.put(place, answer.partitionResult(place).get(left, TimeUnit.NANOSECONDS));
            } catch (ExecutionException | TimeoutException leaderWent) {
                continue;
            }
        }
        return ends;
    }

    /** A partition's leader epoch counts its elections since the topic was made. */
    private static void elections(Lines lines, Map<TopicPartition, ListOffsetsResultInfo> ends) {
        Map<String, Long> elections = new TreeMap<>();
        ends.forEach((place, end) -> end.leaderEpoch().ifPresent(
                epoch -> elections.merge(place.topic(), (long) epoch, Long::sum)));
        elections.forEach((topic, count) -> lines
                .point("kafka_leader,topic=" + Lines.tag(topic)).field("elections", count).end());
    }

    private void lag(Lines lines, Map<TopicPartition, ListOffsetsResultInfo> ends)
            throws ExecutionException, InterruptedException, TimeoutException {
        Collection<GroupListing> listed =
                got(admin().listGroups(ListGroupsOptions.forConsumerGroups()).valid());
        Map<String, ListConsumerGroupOffsetsSpec> asked = new TreeMap<>();
        listed.stream().map(GroupListing::groupId).sorted().limit(MOST_GROUPS)
                .forEach(group -> asked.put(group, new ListConsumerGroupOffsetsSpec()));
        if (asked.isEmpty()) {
            return;
        }
        var answer = admin().listConsumerGroupOffsets(asked);
        for (String group : asked.keySet()) {
            try {
                lag(lines, group, got(answer.partitionsToOffsetAndMetadata(group)), ends);
            } catch (ExecutionException | TimeoutException coordinatorWent) {
                continue;
            }
        }
    }

    private static void lag(Lines lines, String group, Map<TopicPartition, OffsetAndMetadata> read,
            Map<TopicPartition, ListOffsetsResultInfo> ends) {
        read.forEach((place, offset) -> {
            ListOffsetsResultInfo end = ends.get(place);
            if (offset != null && end != null) {
                lines.point("kafka_lag,group=" + Lines.tag(group) + ",topic="
                                + Lines.tag(place.topic()) + ",partition=" + place.partition())
                        .field("lag", Math.max(0, end.offset() - offset.offset()))
                        .field("offset", offset.offset())
                        .field("end", end.offset()).end();
            }
        });
    }

    private static <T> T got(KafkaFuture<T> future)
            throws ExecutionException, InterruptedException, TimeoutException {
        return future.get(PATIENCE_MS, TimeUnit.MILLISECONDS);
    }

    /** Small, and patient for one round only. */
    private Admin admin() {
        if (admin == null) {
            admin = Admin.create(Map.of(
                    AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, servers,
                    AdminClientConfig.CLIENT_ID_CONFIG, "metrics",
                    AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, "2000",
                    AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, "2500",
                    AdminClientConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, "5000",
                    AdminClientConfig.ENABLE_METRICS_PUSH_CONFIG, "false"));
        }
        return admin;
    }
}
