import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** A student's first program: one record into a topic, and a new group that reads it. */
public final class FirstRecord {
    private FirstRecord() {}

    private static String version() throws IOException {
        Properties found = new Properties();
        try (InputStream own = KafkaProducer.class.getResourceAsStream("/kafka/kafka-version.properties")) {
            found.load(own);
        }
        return found.getProperty("version");
    }

    /** FILE_OF_PROPERTIES BOOTSTRAP TOPIC GROUP: prints the library's version, then the record. */
    public static void main(String[] arguments) throws Exception {
        Properties settings = new Properties();
        try (FileInputStream file = new FileInputStream(arguments[0])) {
            settings.load(file);
        }
        settings.put("bootstrap.servers", arguments[1]);
        settings.put("group.id", arguments[3]);
        settings.put("auto.offset.reset", "earliest");
        System.out.println(version());
        StringSerializer out = new StringSerializer();
        try (KafkaProducer<String, String> producer = new KafkaProducer<>(settings, out, out)) {
            producer.send(new ProducerRecord<>(arguments[2], "first")).get(30, TimeUnit.SECONDS);
        }
        StringDeserializer in = new StringDeserializer();
        try (KafkaConsumer<String, String> consumer = new KafkaConsumer<>(settings, in, in)) {
            consumer.subscribe(List.of(arguments[2]));
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
            boolean found = false;
            while (!found && System.nanoTime() < end) {
                for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofSeconds(1))) {
                    System.out.println(record.value());
                    found = true;
                }
            }
        }
    }
}
