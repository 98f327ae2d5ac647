package org.assay.rpc;

import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The calls of one namespace, by full name. A handler answers what Jackson can write: text,
/// numbers, booleans, maps, lists, null.
public interface Methods {
    Map<String, Function<Params, @Nullable Object>> methods();
}
