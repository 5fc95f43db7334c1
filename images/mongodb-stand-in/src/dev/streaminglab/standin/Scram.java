package dev.streaminglab.standin;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/** The server's side of SCRAM-SHA-256 (RFC 7677) for one user. */
final class Scram {
    static final String MECHANISM = "SCRAM-SHA-256";
    private static final int ITERATIONS = 15_000;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final String user;
    private final byte[] salt = random();
    private final byte[] salted;

    /** A user and the password, which must be ASCII. */
    Scram(String user, String password) {
        this.user = user;
        PBEKeySpec key = new PBEKeySpec(password.toCharArray(), salt, ITERATIONS, 256);
        try {
            salted = SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                .generateSecret(key).getEncoded();
        } catch (GeneralSecurityException error) {
            throw new IllegalStateException(error);
        }
    }

    /** The beginning of one client's login. */
    Login login() {
        return new Login();
    }

    /** One client's login: two messages of the client, two answers. */
    final class Login {
        private String clientFirst;
        private String serverFirst;
        private String nonce;
        private boolean done;

        /** Whether the client has shown that it knows the password. */
        boolean done() {
            return done;
        }

        /** The answer to the client's next message; null when the client is not let in. */
        byte[] answer(byte[] message) {
            String text = new String(message, StandardCharsets.UTF_8);
            String answer = clientFirst == null ? first(text) : last(text);
            return answer == null ? null : answer.getBytes(StandardCharsets.UTF_8);
        }

        private String first(String text) {
            clientFirst = text.substring(text.indexOf(",,") + 2);
            Map<String, String> fields = fields(clientFirst);
            if (!user.equals(fields.get("n")) || !fields.containsKey("r")) {
                return null;
            }
            nonce = fields.get("r") + encoded(random());
            serverFirst = "r=" + nonce + ",s=" + encoded(salt) + ",i=" + ITERATIONS;
            return serverFirst;
        }

        private String last(String text) {
            Map<String, String> fields = fields(text);
            if (serverFirst == null || !nonce.equals(fields.get("r"))
                    || fields.get("p") == null) {
                return null;
            }
            String said = clientFirst + "," + serverFirst + ","
                + text.substring(0, text.lastIndexOf(",p="));
            byte[] clientKey = hmac(salted, "Client Key");
            byte[] proof = hmac(sha256(clientKey), said);
            for (int at = 0; at < proof.length; at++) {
                proof[at] ^= clientKey[at];
            }
            done = MessageDigest.isEqual(proof, Base64.getDecoder().decode(fields.get("p")));
            return done ? "v=" + encoded(hmac(hmac(salted, "Server Key"), said)) : null;
        }
    }

    private static Map<String, String> fields(String text) {
        Map<String, String> fields = new HashMap<>();
        for (String part : text.split(",")) {
            if (part.length() > 1 && part.charAt(1) == '=') {
                fields.put(part.substring(0, 1), part.substring(2));
            }
        }
        return fields;
    }

    private static byte[] random() {
        byte[] bytes = new byte[18];
        RANDOM.nextBytes(bytes);
        return bytes;
    }

    private static String encoded(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    private static byte[] hmac(byte[] key, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException error) {
            throw new IllegalStateException(error);
        }
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (GeneralSecurityException error) {
            throw new IllegalStateException(error);
        }
    }
}
