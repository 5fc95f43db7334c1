package dev.streaminglab.registry;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;

/** Passes a request on to the registry behind, under the path that it has there. */
final class Forwarder implements HttpHandler {
    /** Where Apicurio has Confluent's API. */
    static final String API = "/apis/ccompat/v7";

    private static final int LARGEST_BODY = 16 * 1024 * 1024;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String JSON = "application/vnd.schemaregistry.v1+json";

    /** Of one connection, or set by the client itself. */
    private static final Set<String> NOT_PASSED_ON = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);

    static {
        NOT_PASSED_ON.addAll(List.of("connection", "content-length", "expect", "host",
            "http2-settings", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade"));
    }

    private final int behind;
    private final HttpClient client;

    Forwarder(int behind) {
        this.behind = behind;
        this.client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER).build();
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            if ("/".equals(exchange.getRequestURI().getRawPath())) {
                // Confluent's registry says this, and clients ask it whether it is there.
                answer(exchange, HttpURLConnection.HTTP_OK, "{}");
                return;
            }
            byte[] body = exchange.getRequestBody().readNBytes(LARGEST_BODY + 1);
            if (body.length > LARGEST_BODY) {
                refuse(exchange, HttpURLConnection.HTTP_ENTITY_TOO_LARGE, "a body of more than 16 MiB");
                return;
            }
            forward(exchange, body);
        }
    }

    private void forward(HttpExchange exchange, byte[] body) throws IOException {
        HttpResponse<InputStream> response;
        try {
            response = client.send(request(exchange, body), BodyHandlers.ofInputStream());
        } catch (IllegalArgumentException error) {
            refuse(exchange, HttpURLConnection.HTTP_BAD_REQUEST, error.getMessage());
            return;
        } catch (IOException error) {
            refuse(exchange, HttpURLConnection.HTTP_BAD_GATEWAY,
                "the registry is starting, or does not answer: " + error);
            return;
        } catch (InterruptedException error) {
            Thread.currentThread().interrupt();
            return;
        }
        passBack(exchange, response);
    }

    private HttpRequest request(HttpExchange exchange, byte[] body) {
        HttpRequest.Builder request = HttpRequest
            .newBuilder(URI.create("http://127.0.0.1:" + behind + target(exchange.getRequestURI())))
            .timeout(PATIENCE)
            .method(exchange.getRequestMethod(),
                body.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body));
        for (Map.Entry<String, List<String>> header : exchange.getRequestHeaders().entrySet()) {
            if (!NOT_PASSED_ON.contains(header.getKey())) {
                header.getValue().forEach(value -> request.header(header.getKey(), value));
            }
        }
        return request.build();
    }

    /** The path and the query as they were written: {@code %2F} in a subject's name stays one. */
    static String target(URI asked) {
        String path = asked.getRawPath();
        String query = asked.getRawQuery();
        String there = path.startsWith("/apis/") || path.equals("/apis") ? path : API + path;
        return query == null ? there : there + "?" + query;
    }

    private static void passBack(HttpExchange exchange, HttpResponse<InputStream> response)
            throws IOException {
        response.headers().map().forEach((name, values) -> {
            if (!NOT_PASSED_ON.contains(name)) {
                exchange.getResponseHeaders().put(name, values);
            }
        });
        int status = response.statusCode();
        try (InputStream body = response.body()) {
            boolean bodiless = "HEAD".equals(exchange.getRequestMethod())
                || status == HttpURLConnection.HTTP_NO_CONTENT
                || status == HttpURLConnection.HTTP_NOT_MODIFIED;
            if (bodiless) {
                exchange.sendResponseHeaders(status, -1);
                return;
            }
            long length = response.headers().firstValueAsLong("content-length").orElse(0);
            // A length of -1 is "no body" here, and 0 is "in chunks".
            boolean known = response.headers().firstValue("content-length").isPresent();
            exchange.sendResponseHeaders(status, known && length == 0 ? -1 : length);
            try (OutputStream out = exchange.getResponseBody()) {
                body.transferTo(out);
            }
        }
    }

    /** In the form of Confluent's errors. */
    private static void refuse(HttpExchange exchange, int status, String why) throws IOException {
        String words = why.replace("\\", "\\\\").replace("\"", "\\\"").replaceAll("\\p{Cntrl}", " ");
        answer(exchange, status,
            "{\"error_code\":" + status + ",\"message\":\"" + words + "\"}");
    }

    private static void answer(HttpExchange exchange, int status, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", JSON);
        if ("HEAD".equals(exchange.getRequestMethod())) {
            exchange.sendResponseHeaders(status, -1);
            return;
        }
        exchange.sendResponseHeaders(status, bytes.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(bytes);
        }
    }
}
