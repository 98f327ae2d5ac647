package org.assay.p2p.eth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.List;
import org.assay.p2p.rlpx.VectorFile;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;
import org.assay.primitives.block.Header;
import org.assay.primitives.block.Receipt;
import org.assay.primitives.rlp.RlpException;
import org.junit.jupiter.api.Test;

class EthMessagesTest {
    @Test
    void messagesOfEip2481ReadAndWriteBack() throws IOException {
        int seen = 0;
        for (JsonNode vector : VectorFile.json("eip2481-eth66-messages.json")) {
            Bytes rlp = Bytes.fromHex(vector.get("rlp").asText());
            seen +=
                    switch (vector.get("type").asText()) {
                        case "GetBlockHeadersPacket66" -> {
                            var ask = EthMessages.GetHeaders.decode(rlp);
                            assertThat(ask.encode()).isEqualTo(rlp);
                            assertThat(ask.id()).isEqualTo(1111);
                            yield 1;
                        }
                        case "GetBlockBodiesPacket66", "GetReceiptsPacket66" -> {
                            assertThat(EthMessages.GetByHash.decode(rlp).encode()).isEqualTo(rlp);
                            yield 1;
                        }
                        case "BlockHeadersPacket66" -> {
                            var answer = EthMessages.Answer.decode(rlp);
                            assertThat(answer.encode()).isEqualTo(rlp);
                            assertThat(Header.decode(answer.items().getFirst()).number())
                                    .isEqualTo(0xd05);
                            yield 1;
                        }
                        case "PooledTransactionsPacket66" -> {
                            var pooled = EthMessages.PooledTransactions.decode(rlp);
                            assertThat(pooled.encode()).isEqualTo(rlp);
                            yield 1;
                        }
                        default -> 0; // GetNodeData went with eth/67
                    };
        }
        assertThat(seen).isEqualTo(5);
    }

    @Test
    void bothFormsOfStatusRoundTripAndAreNotMistakenForEachOther() {
        ForkId forkId = new ForkId(0x12345678, 9);
        EthStatus.Range range = new EthStatus.Range(0, 7, new Hash(1, 2, 3, 4));
        EthStatus status =
                new EthStatus(69, 1337, new Hash(5, 6, 7, 8), forkId, UInt256.ZERO, range);
        assertThat(EthStatus.decode(69, status.encode())).isEqualTo(status);
        assertThat(EthStatus.Range.decode(range.encode())).isEqualTo(range);
        EthStatus old =
                new EthStatus(
                        68,
                        1337,
                        new Hash(5, 6, 7, 8),
                        forkId,
                        UInt256.of(8),
                        new EthStatus.Range(0, 0, new Hash(1, 2, 3, 4)));
        assertThat(EthStatus.decode(68, old.encode())).isEqualTo(old);
        assertThatThrownBy(() -> EthStatus.decode(69, old.encode()))
                .isInstanceOf(RlpException.class);
        assertThatThrownBy(() -> EthStatus.decode(68, status.encode()))
                .isInstanceOf(RlpException.class);
    }

    @Test
    void anAnnouncementOfUnlikeListsIsRefused() {
        var entry = new EthMessages.Announcement.Entry(2, 110, new Hash(1, 2, 3, 4));
        var fine = new EthMessages.Announcement(List.of(entry, entry));
        assertThat(EthMessages.Announcement.decode(fine.encode())).isEqualTo(fine);
        byte[] changed = fine.encode().toArray();
        assertThat(changed[1]).as("a list above 55 bytes").isEqualTo((byte) (changed.length - 2));
        changed[2] = (byte) 0x81; // one type instead of two
        assertThatThrownBy(() -> EthMessages.Announcement.decode(Bytes.wrap(changed)))
                .isInstanceOf(RlpException.class);
    }

    @Test
    void receiptsSince69HaveTheirTypeAndNoBloom() {
        Receipt receipt = Receipt.of(2, true, 21_000, List.of());
        assertThat(EthServer.encodeReceipts(List.of(receipt), 69))
                .isEqualTo(Bytes.fromHex("0xc7c60201825208c0"));
        assertThat(EthServer.encodeReceipts(List.of(receipt), 68).size()).isGreaterThan(256);
    }
}
