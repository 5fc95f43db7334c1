package dev.streaminglab.kafka;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;

/** The JDK's own HTTP server, in threads that keep no JVM alive. */
final class Http {
    private static final int BACKLOG = 16;

    private Http() {}

    /** A port that cannot be bound ends the JVM, loudly. */
    static HttpServer server(int port) throws IOException {
        return HttpServer.create(new InetSocketAddress(port), BACKLOG);
    }

    static void start(HttpServer server, String name, int threads) {
        server.setExecutor(Executors.newFixedThreadPool(threads, task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        }));
        // HttpServer's dispatcher inherits "daemon" from the thread that starts it, and a thread
        // that is none would keep a finished JVM alive.
        Thread starter = new Thread(server::start, name + "-start");
        starter.setDaemon(true);
        starter.start();
    }

    static void answer(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(bytes);
        }
    }
}
