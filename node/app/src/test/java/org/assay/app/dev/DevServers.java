package org.assay.app.dev;

import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import org.assay.chain.ChainSpec;
import org.assay.rpc.RpcOptions;
import org.assay.storage.MemoryStore;

/// Developers' chains for tests, on any free port.
public final class DevServers {
    private DevServers() {}

    /// `pool`: where waiting transactions are kept. With `automine` every transaction is mined at
    /// once, otherwise by `evm_mine` alone.
    public static DevServer start(MemoryStore store, Optional<Path> pool, boolean automine)
            throws IOException {
        return DevServer.start(
                store,
                ChainSpec.parse(DevGenesis.standard(1_800_000_000L).write()),
                InstantSource.system(),
                RpcOptions.loopback(0),
                new DevServer.Setting(pool, automine, 0));
    }
}
