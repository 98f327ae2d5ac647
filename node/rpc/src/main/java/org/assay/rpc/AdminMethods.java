package org.assay.rpc;

import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// `admin_*`: the node and its peers. Guarded.
final class AdminMethods implements Methods {
    private final Backend backend;

    AdminMethods(Backend backend) {
        this.backend = backend;
    }

    @Override
    public boolean isGuarded() {
        return true;
    }

    @Override
    public Map<String, Function<Params, @Nullable Object>> methods() {
        return Map.of(
                "admin_nodeInfo", params -> backend.nodeInfo(),
                "admin_peers", params -> backend.peers(),
                "admin_addPeer", params -> backend.addPeer(params.text(0)),
                "admin_removePeer", params -> backend.removePeer(params.text(0)));
    }
}
