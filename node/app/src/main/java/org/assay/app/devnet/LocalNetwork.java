package org.assay.app.devnet;

import java.io.IOException;
import org.assay.app.client.RpcClient;

/// Validators on loopback, however they run.
public interface LocalNetwork extends AutoCloseable {
    int count();

    /// Starts every validator and waits until all of them answer.
    void start() throws IOException;

    RpcClient rpc(int index);

    String rpcUrl(int index);

    /// Ends the validators; the files stay.
    @Override
    void close();
}
