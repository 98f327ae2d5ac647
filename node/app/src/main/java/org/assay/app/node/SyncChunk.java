package org.assay.app.node;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.assay.chain.BlockExecutor;
import org.assay.chain.BlockHashing;
import org.assay.consensus.SealCheck;
import org.assay.consensus.Validators;
import org.assay.consensus.message.QbftHeader;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.block.Block;
import org.assay.primitives.block.Header;
import org.assay.primitives.rlp.RlpException;
import org.assay.primitives.rlp.RlpReader;
import org.assay.primitives.rlp.RlpWriter;

/// What a peer's answers must be before the node loop sees them: checked on the peer's thread, so
/// that several peers are checked at once and while blocks execute.
final class SyncChunk {
    private SyncChunk() {}

    /// A header with its block hash. `seals`: whether they were a quorum's of `assumed`, the
    /// validators that the height had when it arrived, as far as was known.
    record CheckedHeader(Header header, Hash hash, List<Address> assumed, boolean seals) {}

    /// A block that is what its header says, senders recovered.
    record CheckedBlock(CheckedHeader header, Block block, int sizeBytes) {}

    /// Headers from `first` on, each the parent of the next. Throws [RlpException] for anything
    /// else; an answer may be short.
    static List<CheckedHeader> headers(
            List<Bytes> items,
            long first,
            int countMax,
            List<Address> validators,
            BlockHashing by) {
        if (items.size() > countMax) {
            throw new RlpException("more headers than were asked for");
        }
        List<CheckedHeader> checked = new ArrayList<>();
        Hash before = Hash.ZERO;
        for (Bytes item : items) {
            Header header = Header.decode(item);
            if (header.number() != first + checked.size()) {
                throw new RlpException("header " + header.number() + " out of order");
            }
            if (!checked.isEmpty() && !header.parentHash().equals(before)) {
                throw new RlpException("header " + header.number() + " of another parent");
            }
            CheckedHeader next = header(header, validators, by);
            before = next.hash();
            checked.add(next);
        }
        return List.copyOf(checked);
    }

    static CheckedHeader header(Header header, List<Address> validators, BlockHashing by) {
        boolean seals =
                !by.qbft() || validators.isEmpty() || isSealed(header, Validators.of(validators));
        return new CheckedHeader(header, by.hashOf(header), validators, seals);
    }

    static boolean isSealed(Header header, Validators validators) {
        return SealCheck.verify(QbftHeader.decode(Bytes.wrap(header.encode())), validators)
                instanceof SealCheck.Result.Sealed;
    }

    /// The blocks of `headers`, of which the peer sent the first bodies. Throws [RlpException]
    /// for a body that is not its header's.
    static List<CheckedBlock> blocks(List<CheckedHeader> headers, List<Bytes> bodies) {
        if (bodies.size() > headers.size()) {
            throw new RlpException("more bodies than were asked for");
        }
        List<CheckedBlock> blocks = new ArrayList<>();
        for (int i = 0; i < bodies.size(); i++) {
            CheckedHeader header = headers.get(i);
            blocks.add(checked(header, join(header.header(), bodies.get(i))));
        }
        return List.copyOf(blocks);
    }

    private static Block join(Header header, Bytes body) {
        RlpReader items = RlpReader.decode(body, RlpReader::readList);
        return Block.decode(
                Bytes.wrap(
                        RlpWriter.encodeList(
                                list -> {
                                    header.write(list);
                                    while (!items.isEnd()) {
                                        list.writeRaw(items.readRaw());
                                    }
                                })));
    }

    static CheckedBlock checked(CheckedHeader header, Block block) {
        Optional<String> wrong = BlockExecutor.bodyProblem(block);
        if (wrong.isPresent()) {
            throw new RlpException(
                    "block " + header.header().number() + " with another body: " + wrong.get());
        }
        int bytes = 600;
        for (var transaction : block.transactions()) {
            transaction.recover();
            bytes += transaction.encoded().size() * 4; // decoded, it is about this large
        }
        return new CheckedBlock(header, block, bytes);
    }
}
