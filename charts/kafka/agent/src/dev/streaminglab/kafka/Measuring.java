package dev.streaminglab.kafka;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;

/**
 * Serves what is measured, on a port of its own: whoever asks there, however slowly, keeps no probe
 * waiting.
 */
final class Measuring {
    private Measuring() {}

    static void serve(int port, String servers) throws IOException {
        BrokerMetrics broker = new BrokerMetrics();
        Groups groups = new Groups(servers);
        HttpServer server = Http.server(port);
        server.createContext("/metrics", exchange -> Http.answer(exchange, 200, broker.text()));
        server.createContext("/groups", exchange -> {
            if (broker.controls()) {
                Http.answer(exchange, 200, groups.text());
            } else {
                groups.rest();
                Http.answer(exchange, 200, "");
            }
        });
        Http.start(server, "metrics-agent", 2);
    }
}
