package org.assay.app.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Optional;
import org.assay.app.keys.RemoteSigner;
import org.assay.app.keys.TestSigner;
import org.assay.primitives.crypto.SecretKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Four validators, one of which has its key in a signing service.
final class RemoteSignerNetworkTest {
    @Test
    @Timeout(90)
    void aValidatorWithARemoteKeyProposesAndVotes() throws Exception {
        SecretKey away = TestNetwork.key("validator0");
        try (TestSigner service = new TestSigner(away);
                RemoteSigner signer =
                        RemoteSigner.connect(
                                service.url(), Optional.empty(), Duration.ofSeconds(3));
                TestNetwork network =
                        new TestNetwork(
                                4,
                                "\"assay\"",
                                i ->
                                        i > 0
                                                ? NodeKeys.of(TestNetwork.key("validator" + i))
                                                : new NodeKeys(
                                                        signer,
                                                        TestNetwork.key("identity"),
                                                        NodeKeys.beaconSecret(away)))) {
            // Three are a quorum: without its key's votes there is no block.
            for (int i = 0; i < 3; i++) {
                network.start(i);
            }
            network.awaitHeight(1, 5, 60_000);
            assertTrue(service.signed.get() > 10);
            boolean proposed = false;
            for (long n = 1; n <= 5; n++) {
                var header = network.nodes.get(1).chain().headerAt(n).orElseThrow();
                proposed |= header.coinbase().equals(away.address());
            }
            assertEquals(true, proposed, "it has proposed one of five blocks");
        }
    }
}
