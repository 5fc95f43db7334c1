package dev.streaminglab.standin;

import de.bwaldvogel.mongo.MongoServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Starts the stand-in, with the variables of the upstream image. STAND_IN_HOST, host:port: it says
 * that it is a replica set rs0 of this one member, which addresses with replicaSet=rs0 need.
 */
public final class Main {
    private static final String PORT = "27017";

    private Main() { }

    /** Runs until SIGTERM; the only argument, which may be absent, is another port. */
    public static void main(String[] arguments) throws IOException {
        String user = System.getenv().getOrDefault("MONGO_INITDB_ROOT_USERNAME", "");
        Scram users = user.isEmpty() ? null : new Scram(user, password(System.getenv()));
        String host = System.getenv().getOrDefault("STAND_IN_HOST", "");
        MongoServer server = new MongoServer(new StandIn(users, host));
        server.enableOplog();
        int port = Integer.parseInt(arguments.length > 0 ? arguments[0] : PORT);
        InetSocketAddress address = new InetSocketAddress("0.0.0.0", port);
        server.bind(address);
        Runtime.getRuntime().addShutdownHook(new Thread(server::shutdownNow));
        System.out.println("This is not MongoDB but a stand-in for tests of connectors: " + address
            + (users == null ? ", everybody may use it" : ", user " + user));
    }

    private static String password(Map<String, String> env) throws IOException {
        String file = env.get("MONGO_INITDB_ROOT_PASSWORD_FILE");
        String password = file == null
            ? env.getOrDefault("MONGO_INITDB_ROOT_PASSWORD", "")
            : Files.readString(Path.of(file)).strip();
        if (password.isEmpty()) {
            throw new IllegalArgumentException("MONGO_INITDB_ROOT_USERNAME needs a password in "
                + "MONGO_INITDB_ROOT_PASSWORD or MONGO_INITDB_ROOT_PASSWORD_FILE");
        }
        return password;
    }
}
