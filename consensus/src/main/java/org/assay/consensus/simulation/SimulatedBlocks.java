package org.assay.consensus.simulation;

import java.util.List;
import java.util.Optional;
import org.assay.consensus.message.ExtraData;
import org.assay.consensus.message.ProposedBlock;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.crypto.Keccak;
import org.assay.primitives.rlp.RlpReader;
import org.assay.primitives.rlp.RlpWriter;

/// Blocks with real headers and nonsense inside. The transactions root is keccak of the encoded
/// body, so that a swapped body shows, as it would when executed; the body's first byte says
/// whether execution would find the block valid.
final class SimulatedBlocks {
    private static final int TRANSACTIONS_ROOT = 4;
    private static final byte INVALID = (byte) 0xff;

    private SimulatedBlocks() {}

    static ProposedBlock block(Ledger.Draft draft) {
        byte[] payload = new byte[9];
        payload[0] = draft.valid() ? 1 : INVALID;
        for (int i = 0; i < 8; i++) {
            payload[1 + i] = (byte) (draft.content() >>> (8 * i));
        }
        byte[] body =
                RlpWriter.encode(
                        items -> {
                            items.writeList(list -> list.writeArray(payload));
                            items.writeList(list -> {});
                        });
        return assemble(draft, Keccak.hash256(body), body);
    }

    private static ProposedBlock assemble(Ledger.Draft draft, Hash root, byte[] body) {
        ExtraData extra =
                ExtraData.ofProposal(ExtraData.VANITY_ZERO, List.of(), Optional.empty(), 0);
        return ProposedBlock.decode(
                Bytes.wrap(
                        RlpWriter.encodeList(
                                block -> {
                                    block.writeList(
                                            header -> {
                                                header.writeHash(draft.parent());
                                                header.writeHash(Hash.ZERO);
                                                header.writeAddress(draft.coinbase());
                                                header.writeHash(Hash.ZERO);
                                                header.writeHash(root);
                                                header.writeHash(Hash.ZERO);
                                                header.writeBytes(Bytes.EMPTY);
                                                header.writeLong(1);
                                                header.writeLong(draft.height());
                                                header.writeLong(0);
                                                header.writeLong(0);
                                                header.writeLong(draft.timestampSeconds());
                                                header.writeBytes(extra.encode());
                                                header.writeHash(Hash.ZERO);
                                                header.writeLong(0);
                                            });
                                    block.writeRaw(body);
                                })));
    }

    /// The same header over another body.
    static ProposedBlock withSwappedBody(ProposedBlock block) {
        byte[] body =
                RlpWriter.encode(
                        items -> {
                            items.writeList(list -> list.writeArray(new byte[] {1, 2, 3}));
                            items.writeList(list -> {});
                        });
        return ProposedBlock.decode(
                Bytes.wrap(
                        RlpWriter.encodeList(
                                list -> {
                                    list.writeRaw(block.header().encode());
                                    list.writeRaw(body);
                                })));
    }

    /// What execution on the head would say.
    static boolean isValid(ProposedBlock block, Hash parent) {
        RlpReader items = RlpReader.of(block.encode()).readList();
        RlpReader header = items.readList();
        Bytes transactions = items.readRaw();
        Bytes ommers = items.readRaw();
        for (int i = 0; i < TRANSACTIONS_ROOT; i++) {
            header.readRaw();
        }
        return block.header().parentHash().equals(parent)
                && header.readHash().equals(Keccak.hash256(transactions.concat(ommers)))
                && RlpReader.of(transactions).readList().readArray()[0] != INVALID;
    }
}
