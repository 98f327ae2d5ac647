package org.assay.rpc;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.assay.primitives.Bytes;
import org.jspecify.annotations.Nullable;

/// Decides who may come in: by Host, by Origin, by token.
record HttpGate(RpcAccess access) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String ANY = "*";
    private static final String BEARER = "Bearer ";

    /// How far a token's `iat` may be from this machine's clock, as the Engine API has it.
    private static final long ISSUED_SECONDS_MAX = 60;

    private static final Pattern IP =
            Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}|\\[[0-9a-fA-F:.]+]");

    /// No Host at all is no browser; an IP address cannot be rebound.
    boolean allowsHost(@Nullable String host) {
        if (host == null || host.isEmpty()) {
            return true;
        }
        String name = host.replaceFirst(":\\d+$", "").toLowerCase(Locale.ROOT);
        return IP.matcher(name).matches()
                || name.equals("localhost")
                || access.hosts().contains(ANY)
                || access.hosts().contains(name);
    }

    /// Browsers name the page's origin; other clients send none.
    boolean allowsOrigin(@Nullable String origin) {
        return origin == null
                || access.corsOrigins().contains(ANY)
                || access.corsOrigins().contains(origin);
    }

    /// The node's own page asks the host that it came from, whose name has passed [#allowsHost].
    boolean allowsOrigin(@Nullable String origin, @Nullable String host) {
        return allowsOrigin(origin)
                || (origin != null
                        && (origin.equals("http://" + host) || origin.equals("https://" + host)));
    }

    /// What Access-Control-Allow-Origin says, if anything.
    Optional<String> corsHeader(@Nullable String origin) {
        return Optional.ofNullable(origin).filter(this::allowsOrigin);
    }

    /// Whether guarded namespaces are open to the client; empty for a token that is not valid.
    Optional<Boolean> isTrusted(
            InetAddress client, @Nullable String authorization, long nowSeconds) {
        Optional<Bytes> secret = access.jwtSecret();
        if (secret.isEmpty()) {
            return Optional.of(client.isLoopbackAddress());
        }
        if (authorization == null) {
            return Optional.of(false);
        }
        return authorization.startsWith(BEARER)
                        && isValid(
                                authorization.substring(BEARER.length()).strip(),
                                secret.get(),
                                nowSeconds)
                ? Optional.of(true)
                : Optional.empty();
    }

    /// HS256 (RFC 7519) with an `iat` near now or an `exp` to come.
    private static boolean isValid(String token, Bytes secret, long nowSeconds) {
        int first = token.indexOf('.');
        int second = token.indexOf('.', first + 1);
        if (first < 0 || second < 0 || token.length() > 4_096) {
            return false;
        }
        try {
            Base64.Decoder base64 = Base64.getUrlDecoder();
            JsonNode header = JSON.readTree(base64.decode(token.substring(0, first)));
            if (!header.path("alg").asText().equals("HS256")) {
                return false;
            }
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.toArray(), "HmacSHA256"));
            byte[] expected =
                    mac.doFinal(token.substring(0, second).getBytes(StandardCharsets.US_ASCII));
            if (!MessageDigest.isEqual(expected, base64.decode(token.substring(second + 1)))) {
                return false;
            }
            JsonNode claims = JSON.readTree(base64.decode(token.substring(first + 1, second)));
            return isCurrent(claims, nowSeconds);
        } catch (IOException | IllegalArgumentException | GeneralSecurityException e) {
            return false;
        }
    }

    private static boolean isCurrent(JsonNode claims, long nowSeconds) {
        JsonNode issued = claims.path("iat");
        JsonNode expires = claims.path("exp");
        if (expires.isNumber()) {
            return expires.asLong() > nowSeconds;
        }
        return issued.isNumber() && Math.abs(issued.asLong() - nowSeconds) <= ISSUED_SECONDS_MAX;
    }
}
