package org.assay.rpc;

import io.netty.handler.codec.http.QueryStringDecoder;
import java.util.List;
import java.util.Optional;

/// Finds the page for a GET.
record Routes(List<HttpRoute> routes) {
    private static final HttpRoute HEALTH =
            HttpRoute.of("/health", query -> HttpRoute.Page.json("{\"status\":\"up\"}"));

    /// The page at `uri`; empty where there is none.
    Optional<HttpRoute.Page> get(String uri) {
        QueryStringDecoder decoder = new QueryStringDecoder(uri);
        String path = decoder.path();
        for (HttpRoute route : routes) {
            if (matches(route.path(), path)) {
                return Optional.of(route.get(new HttpRoute.Query(path, decoder.parameters())));
            }
        }
        return path.equals(HEALTH.path())
                ? Optional.of(HEALTH.get(new HttpRoute.Query(path, decoder.parameters())))
                : Optional.empty();
    }

    private static boolean matches(String pattern, String path) {
        if (!pattern.endsWith("/*")) {
            return pattern.equals(path);
        }
        String prefix = pattern.substring(0, pattern.length() - 2);
        return path.equals(prefix) || path.startsWith(prefix + "/");
    }
}
