package org.assay.app.node;

import java.util.List;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.block.Transaction;
import org.assay.primitives.rlp.RlpReader;
import org.assay.primitives.rlp.RlpWriter;

/// The payloads of [org.assay.p2p.WireCode], other than QBFT's. Decoding throws
/// [org.assay.primitives.rlp.RlpException] for anything malformed or above a limit.
final class Messages {
    /// Blocks in one answer, and bytes after which an answer takes no further block.
    static final int BLOCKS_MAX = 128;

    static final int BLOCKS_BYTES_MAX = 4 << 20;
    static final int BLOCK_BYTES_MAX = 12 << 20;
    static final int TRANSACTIONS_MAX = 4_096;
    static final int SIDECAR_BYTES_MAX = 16 << 20;

    private Messages() {}

    record Status(long number, Hash hash) {
        Bytes encode() {
            return list(
                    w -> {
                        w.writeLong(number);
                        w.writeHash(hash);
                    });
        }

        static Status decode(Bytes payload) {
            return RlpReader.decode(
                    payload,
                    r -> {
                        RlpReader list = r.readList();
                        Status status = new Status(list.readLong(), list.readHash());
                        list.requireEnd();
                        return status;
                    });
        }
    }

    record GetBlocks(long first, int count) {
        Bytes encode() {
            return list(
                    w -> {
                        w.writeLong(first);
                        w.writeLong(count);
                    });
        }

        static GetBlocks decode(Bytes payload) {
            return RlpReader.decode(
                    payload,
                    r -> {
                        RlpReader list = r.readList();
                        GetBlocks ask = new GetBlocks(list.readLong(), list.readInt());
                        list.requireEnd();
                        return ask;
                    });
        }
    }

    static Bytes blocks(List<Bytes> blocks) {
        return Bytes.wrap(
                RlpWriter.encode(
                        w -> w.writeList(blocks, (items, block) -> items.writeRaw(block))));
    }

    static List<Bytes> readBlocks(Bytes payload) {
        return RlpReader.decode(payload, r -> r.readList(BLOCKS_MAX, RlpReader::readRaw));
    }

    static Bytes transactions(List<Transaction> transactions) {
        return Bytes.wrap(
                RlpWriter.encode(
                        w ->
                                w.writeList(
                                        transactions,
                                        (items, item) -> items.writeBytes(item.encoded()))));
    }

    static List<Transaction> readTransactions(Bytes payload) {
        return RlpReader.decode(
                payload,
                r ->
                        r.readList(
                                TRANSACTIONS_MAX,
                                item -> Transaction.decode(item.readBytes(Transaction.BYTES_MAX))));
    }

    /// About a commit's sidecar; `content` is a signature, the sidecar, or empty.
    record AboutSidecar(Hash commitId, Hash sidecarRoot, Bytes content) {
        Bytes encode() {
            return list(
                    w -> {
                        w.writeHash(commitId);
                        w.writeHash(sidecarRoot);
                        w.writeBytes(content);
                    });
        }

        static AboutSidecar decode(Bytes payload) {
            return RlpReader.decode(
                    payload,
                    r -> {
                        RlpReader list = r.readList();
                        AboutSidecar about =
                                new AboutSidecar(
                                        list.readHash(),
                                        list.readHash(),
                                        list.readBytes(SIDECAR_BYTES_MAX));
                        list.requireEnd();
                        return about;
                    });
        }
    }

    private static Bytes list(java.util.function.Consumer<RlpWriter> write) {
        return Bytes.wrap(RlpWriter.encodeList(write));
    }
}
