package org.assay.app.node;

import static org.assertj.core.api.Assertions.assertThat;

import org.assay.chain.Blockchain;
import org.assay.chain.pool.PoolAnswer;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.UInt256;
import org.assay.primitives.block.Transaction;
import org.assay.primitives.block.TransactionBody;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

@NullUnmarked
class NetworkTest {
    @Test
    void fourValidatorsAgreeAndSurviveTheLossOfOne() throws Exception {
        try (TestNetwork network = new TestNetwork(4)) {
            network.startAll();
            network.awaitHeight(0, 2, 30_000);
            Address receiver = TestNetwork.key("receiver").address();
            Transaction transfer =
                    Transaction.sign(
                            TransactionBody.dynamicFee(
                                    network.spec.chainId(),
                                    0,
                                    UInt256.ZERO,
                                    UInt256.of(2_000_000_000L),
                                    21_000,
                                    receiver,
                                    TestNetwork.COIN,
                                    Bytes.EMPTY),
                            TestNetwork.RICH);
            assertThat(network.nodes.get(1).submit(transfer.recover().orElseThrow()))
                    .isInstanceOf(PoolAnswer.Accepted.class);
            long head = network.nodes.get(0).chain().head().number();
            network.awaitHeight(0, head + 3, 20_000);
            Blockchain chain = network.nodes.get(0).chain();
            assertThat(chain.placeOf(transfer.hash())).isPresent();
            assertThat(chain.head().state().account(receiver).balance())
                    .isEqualTo(TestNetwork.COIN);

            network.nodes.get(3).close();
            head = network.nodes.get(0).chain().head().number();
            network.awaitHeight(0, head + 4, 60_000);

            network.restart(3);
            long target = network.nodes.get(0).chain().head().number();
            network.awaitHeight(3, target, 30_000);
            assertThat(network.nodes.get(3).chain().headerAt(target).orElseThrow().stateRoot())
                    .isEqualTo(
                            network.nodes
                                    .get(0)
                                    .chain()
                                    .headerAt(target)
                                    .orElseThrow()
                                    .stateRoot());
        }
    }
}
