package org.assay.rpc;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The calls of one namespace, by full name. A handler answers what Jackson can write: text,
/// numbers, booleans, maps, lists, null; it refuses by throwing [RpcError].
public interface Methods {
    Map<String, Function<Params, @Nullable Object>> methods();

    /// Calls that gain from being made together: many neighbours in a batch of the same name, to
    /// an answer each, an [RpcError] for a refusal. Each name is among [#methods] too.
    default Map<String, Function<List<Params>, List<Object>>> together() {
        return Map.of();
    }

    /// Whether only clients on this machine, or with a token where a secret is set, may call.
    default boolean isGuarded() {
        return false;
    }
}
