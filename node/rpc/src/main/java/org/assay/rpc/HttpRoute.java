package org.assay.rpc;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A page for plain HTTP GET beside JSON-RPC. Called on a virtual thread of its own.
public interface HttpRoute {
    /// An exact path such as `/health`, or a prefix such as `/explorer/*`.
    String path();

    Page get(Query query);

    /// `path` as asked for, without the query; `arguments` decoded, by name.
    record Query(String path, Map<String, List<String>> arguments) {
        public Optional<String> first(String name) {
            return Optional.ofNullable(arguments.get(name)).map(List::getFirst);
        }
    }

    /// What is answered: an HTTP status such as 200 and a body of this media type.
    record Page(int status, String contentType, org.assay.primitives.Bytes body) {
        public static Page json(String json) {
            return of(200, "application/json", json);
        }

        public static Page text(String text) {
            return of(200, "text/plain; charset=utf-8", text);
        }

        public static Page html(String html) {
            return of(200, "text/html; charset=utf-8", html);
        }

        public static Page of(int status, String contentType, String body) {
            return new Page(
                    status,
                    contentType,
                    org.assay.primitives.Bytes.wrap(body.getBytes(StandardCharsets.UTF_8)));
        }
    }

    /// A route of one lambda.
    static HttpRoute of(String path, java.util.function.Function<Query, Page> page) {
        return new HttpRoute() {
            @Override
            public String path() {
                return path;
            }

            @Override
            public Page get(Query query) {
                return page.apply(query);
            }
        };
    }
}
