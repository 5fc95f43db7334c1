package dev.streaminglab.registry;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Serves Confluent's API without a path in front of it, as every client of Confluent's registry
 * writes its address; Apicurio has it under {@code /apis/ccompat/v7} and cannot move it.
 *
 * <p>Loaded into Apicurio's own JVM with {@code -javaagent:root-path-agent.jar=PORT,BEHIND}:
 * listens on PORT and passes each request on to 127.0.0.1:BEHIND, where Apicurio listens. What
 * begins with {@code /apis/} goes on as it is.
 */
public final class RootPathAgent {
    private static final int BACKLOG = 64;
    private static final int THREADS = 16;

    private RootPathAgent() {}

    /** Called by the JVM before Apicurio's main. A port that cannot be bound ends the JVM. */
    public static void premain(String argument) throws IOException {
        String[] ports = argument.split(",", 2);
        // Without, an answer waits 40 ms for the acknowledgement of its own header.
        System.setProperty("sun.net.httpserver.nodelay", "true");
        HttpServer server =
            HttpServer.create(new InetSocketAddress(Integer.parseInt(ports[0])), BACKLOG);
        server.setExecutor(threads());
        server.createContext("/", new Forwarder(Integer.parseInt(ports[1])));
        // HttpServer's dispatcher inherits "daemon" from the thread that starts it, and a thread
        // that is none would keep a finished JVM alive.
        Thread starter = new Thread(server::start, "root-path-start");
        starter.setDaemon(true);
        starter.start();
    }

    private static ExecutorService threads() {
        return Executors.newFixedThreadPool(THREADS, task -> {
            Thread thread = new Thread(task, "root-path");
            thread.setDaemon(true);
            return thread;
        });
    }
}
