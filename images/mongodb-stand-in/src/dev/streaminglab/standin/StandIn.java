package dev.streaminglab.standin;

import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import de.bwaldvogel.mongo.bson.BinData;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.exception.MongoServerError;
import io.netty.channel.Channel;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * mongo-java-server's memory with what MongoDB's source connector misses there: change events say
 * to which collection they belong (else "No topic set"), and users can have a password.
 */
final class StandIn extends MemoryBackend {
    /** MongoDB 5.0's protocol, whose commands are served; the library itself reports an older. */
    private static final int WIRE_VERSION = 13;
    private static final Set<String> BEFORE_LOGIN = Set.of("hello", "ismaster", "buildinfo",
        "saslstart", "saslcontinue", "ping", "endsessions", "whatsmyuri");

    private final Scram users;
    private final String host;
    private final Map<Channel, Scram.Login> logins = new ConcurrentHashMap<>();

    /** Everybody may do everything when users is null; a replica set unless host is empty. */
    StandIn(Scram users, String host) {
        this.users = users;
        this.host = host;
    }

    @Override
    public Document handleCommand(
            Channel channel, String database, String command, Document query) {
        String name = command.toLowerCase(Locale.ROOT);
        switch (name) {
            case "hello":
            case "ismaster":
                return hello(super.handleCommand(channel, database, "ismaster", query));
            case "saslstart":
                logins.put(channel, requireUsers().login());
                return step(channel, query);
            case "saslcontinue":
                return step(channel, query);
            default:
                requireLogin(channel, name);
                addNamespace(database, query);
                return super.handleCommand(channel, database, command, query);
        }
    }

    @Override
    public void handleClose(Channel channel) {
        logins.remove(channel);
        super.handleClose(channel);
    }

    private Document hello(Document answer) {
        answer.put("isWritablePrimary", Boolean.TRUE);
        answer.put("maxWireVersion", WIRE_VERSION);
        if (!host.isEmpty()) {
            answer.append("setName", "rs0").append("hosts", List.of(host))
                .append("me", host).append("primary", host);
        }
        if (users != null) {
            answer.put("saslSupportedMechs", List.of(Scram.MECHANISM));
        }
        return answer;
    }

    private Document step(Channel channel, Document query) {
        Scram.Login login = logins.get(channel);
        byte[] answer = login == null ? null
            : login.answer(((BinData) query.get("payload")).getData());
        if (answer == null) {
            logins.remove(channel);
            throw new MongoServerError(18, "AuthenticationFailed", "Authentication failed.");
        }
        return new Document("conversationId", 1)
            .append("done", login.done())
            .append("payload", new BinData(answer))
            .append("ok", 1.0);
    }

    private Scram requireUsers() {
        if (users == null) {
            throw new MongoServerError(18, "AuthenticationFailed", "This stand-in has no users.");
        }
        return users;
    }

    private void requireLogin(Channel channel, String command) {
        Scram.Login login = logins.get(channel);
        boolean open = users == null || login != null && login.done();
        if (!open && !BEFORE_LOGIN.contains(command)) {
            throw new MongoServerError(13, "Unauthorized",
                "command " + command + " requires authentication");
        }
    }

    /** Lets the first stage after $changeStream say the collection, as MongoDB's events do. */
    private static void addNamespace(String database, Document query) {
        if (!(query.get("aggregate") instanceof String collection)
                || !(query.get("pipeline") instanceof Collection<?> stages) || stages.isEmpty()) {
            return;
        }
        List<Object> pipeline = new ArrayList<>(stages);
        if (pipeline.get(0) instanceof Document first && first.containsKey("$changeStream")) {
            Document namespace = new Document("db", database).append("coll", collection);
            pipeline.add(1, new Document("$addFields", new Document("ns", namespace)));
            query.put("pipeline", pipeline);
        }
    }
}
