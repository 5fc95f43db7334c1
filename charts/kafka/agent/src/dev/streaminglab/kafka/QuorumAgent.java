package dev.streaminglab.kafka;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;

/**
 * Answers Kubernetes' probes from inside the broker's own JVM, so that no probe starts a process.
 *
 * <p>Loaded with {@code -javaagent:quorum-agent.jar=PORT,voter} (or {@code PORT,observer} for a broker
 * that is no controller). {@code /readyz} tells the quorum's truth and fails closed; {@code /livez} says only that this JVM answers: if liveness looked at the
 * quorum, a lost majority would make every broker restart at once. {@code /metrics} is Prometheus
 * text.
 */
public final class QuorumAgent {
    private static final int BACKLOG = 16;

    private QuorumAgent() {}

    /** Called by the JVM before Kafka's main. A port that cannot be bound ends the JVM, loudly. */
    public static void premain(String argument) throws IOException {
        String[] settings = argument.split(",", 2);
        int port = Integer.parseInt(settings[0]);
        BrokerView view = new BrokerView(!"observer".equals(settings[1]));
        HttpServer server = HttpServer.create(new InetSocketAddress(port), BACKLOG);
        server.createContext("/livez", exchange -> answer(exchange, 200, "ok\n"));
        server.createContext("/readyz", exchange -> {
            String reason = view.reasonNotReady();
            answer(exchange, reason == null ? 200 : 503, reason == null ? "ok\n" : reason + "\n");
        });
        server.createContext("/metrics", exchange -> answer(exchange, 200, view.metrics()));
        server.setExecutor(Executors.newSingleThreadExecutor(task -> {
            Thread thread = new Thread(task, "quorum-agent");
            thread.setDaemon(true);
            return thread;
        }));
        // HttpServer's dispatcher inherits "daemon" from the thread that starts it, and a thread
        // that is none would keep a finished JVM alive.
        Thread starter = new Thread(server::start, "quorum-agent-start");
        starter.setDaemon(true);
        starter.start();
    }

    private static void answer(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
        exchange.sendResponseHeaders(status, bytes.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(bytes);
        }
    }
}
