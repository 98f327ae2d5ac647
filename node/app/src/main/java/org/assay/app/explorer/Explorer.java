package org.assay.app.explorer;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.assay.rpc.HttpRoute;

/// The static files of the page at `/`. It reads the node's own JSON-RPC and nothing else; its
/// content security policy allows no other source.
public final class Explorer {
    private Explorer() {}

    public static List<HttpRoute> routes() {
        return List.of(
                route("/", "index.html", "text/html; charset=utf-8"),
                route("/explorer.js", "explorer.js", "text/javascript; charset=utf-8"),
                route("/explorer.css", "explorer.css", "text/css; charset=utf-8"));
    }

    private static HttpRoute route(String path, String name, String type) {
        HttpRoute.Page page = HttpRoute.Page.of(200, type, resource(name));
        return HttpRoute.of(path, query -> page);
    }

    private static String resource(String name) {
        try (InputStream in = Explorer.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("missing resource " + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException("unreadable resource " + name, e);
        }
    }
}
