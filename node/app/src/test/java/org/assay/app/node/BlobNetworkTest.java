package org.assay.app.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.assay.chain.Blockchain;
import org.assay.chain.pool.PoolAnswer;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.UInt256;
import org.assay.primitives.block.BlobSidecar;
import org.assay.primitives.block.RecoveredTransaction;
import org.assay.primitives.block.Transaction;
import org.assay.primitives.block.TransactionBody;
import org.assay.primitives.crypto.Kzg;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Blob transactions between real nodes: announced, fetched with their blobs, in a block without.
@NullUnmarked
class BlobNetworkTest {
    /// The blob of zeros: its commitment and its proof are the point at infinity.
    private static final Bytes INFINITY = Bytes.fromHex("0xc0" + "00".repeat(47));

    private static final BlobSidecar SIDECAR =
            new BlobSidecar(
                    0,
                    List.of(Bytes.wrap(new byte[Kzg.BLOB_BYTES])),
                    List.of(INFINITY),
                    List.of(INFINITY));

    private static RecoveredTransaction transaction(TestNetwork network, long blobFee) {
        return Transaction.sign(
                        new TransactionBody(
                                Transaction.BLOB,
                                network.spec.chainId(),
                                0,
                                UInt256.ZERO,
                                UInt256.of(2_000_000_000L),
                                21_000,
                                Address.ZERO,
                                UInt256.ONE,
                                Bytes.EMPTY,
                                List.of(),
                                UInt256.of(blobFee),
                                List.of(Kzg.versionedHash(INFINITY.toArray())),
                                List.of()),
                        TestNetwork.RICH)
                .recover()
                .orElseThrow();
    }

    @Test
    void aBlobTransactionReachesTheOtherNodesWithItsBlobsAndABlockWithout() throws Exception {
        try (TestNetwork network = new TestNetwork(4)) {
            network.startAll();
            network.awaitHeight(0, 2, 60_000);
            Node first = network.nodes.get(0);
            RecoveredTransaction blobs = transaction(network, 1_000);
            assertThat(first.submit(blobs)).asString().contains("MISSING_SIDECAR");
            assertThat(first.submit(transaction(network, 0), SIDECAR))
                    .asString()
                    .contains("BLOB_FEE_CAP_TOO_LOW");
            assertThat(SIDECAR.problem(blobs.transaction())).isEmpty();
            assertThat(first.submit(blobs, SIDECAR)).isInstanceOf(PoolAnswer.Accepted.class);

            network.awaitMined(3, blobs.transaction().hash(), 90_000);
            Blockchain chain = network.nodes.get(3).chain();
            long number = chain.placeOf(blobs.transaction().hash()).orElseThrow().number();
            assertThat(chain.blockAt(number).orElseThrow().transactions())
                    .contains(blobs.transaction());
            assertThat(chain.headerAt(number).orElseThrow().blobGasUsed()).isEqualTo(1L << 17);
            assertThat(network.nodes.get(0).<Long>ask(() -> first.blobs().sizeBytes())).isZero();
        }
    }

    /// What a process leaves that is killed when it has answered: its files as they are.
    @Test
    void aBlobTransactionThatWaitedIsMinedAfterARestart(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("pool.journal");
        try (TestNetwork network = new TestNetwork(4)) {
            network.nodes.get(0).keepPool(file);
            network.start(0); // alone: no block
            RecoveredTransaction blobs = transaction(network, 1_000);
            assertThat(network.nodes.get(0).submit(blobs, SIDECAR))
                    .isInstanceOf(PoolAnswer.Accepted.class);
            Path left = Files.createDirectory(folder.resolve("left"));
            for (String name : List.of("pool.journal", "pool.journal.blobs")) {
                Files.copy(folder.resolve(name), left.resolve(name));
            }

            network.reopen(0);
            Node again = network.nodes.get(0);
            again.keepPool(left.resolve("pool.journal"));
            network.start(0);
            assertThat(again.<Boolean>ask(() -> again.blobs().sizeBytes() > 0)).isTrue();
            for (int i = 1; i < 4; i++) {
                network.start(i);
            }
            network.awaitMined(3, blobs.transaction().hash(), 90_000);
        }
    }
}
