package dev.streaminglab.kafka;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;

/**
 * Answers Kubernetes' probes from inside the broker's own JVM, so that no probe starts a process.
 *
 * <p>Loaded with {@code -javaagent:quorum-agent.jar=PORT,voter} (or {@code PORT,observer} for a broker
 * that is no controller). {@code /readyz} tells the quorum's truth and fails closed; {@code /livez} says only that this JVM answers: if liveness looked at the
 * quorum, a lost majority would make every broker restart at once. {@code /metrics} is Prometheus
 * text. With a second port, {@code PORT,voter,PORT}, what courses measure is served there; behind
 * one more comma the address of Kafka itself may follow, if it is not {@code localhost:9092}.
 */
public final class QuorumAgent {
    private QuorumAgent() {}

    /** Called by the JVM before Kafka's main. A port that cannot be bound ends the JVM, loudly. */
    public static void premain(String argument) throws IOException {
        String[] settings = argument.split(",", 4);
        BrokerView view = new BrokerView(!"observer".equals(settings[1]));
        HttpServer server = Http.server(Integer.parseInt(settings[0]));
        server.createContext("/livez", exchange -> Http.answer(exchange, 200, "ok\n"));
        server.createContext("/readyz", exchange -> {
            String reason = view.reasonNotReady();
            Http.answer(exchange, reason == null ? 200 : 503, reason == null ? "ok\n" : reason + "\n");
        });
        server.createContext("/metrics", exchange -> Http.answer(exchange, 200, view.metrics()));
        Http.start(server, "quorum-agent", 1);
        if (settings.length > 2) {
            String servers = settings.length > 3 ? settings[3] : "localhost:9092";
            Measuring.serve(Integer.parseInt(settings[2]), servers);
        }
    }
}
