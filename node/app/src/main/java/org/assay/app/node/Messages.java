package org.assay.app.node;

import java.util.function.Consumer;
import java.util.function.Function;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.rlp.RlpReader;
import org.assay.primitives.rlp.RlpWriter;

/// The payloads of `assay/1` ([org.assay.p2p.WireCode]). Decoding throws
/// [org.assay.primitives.rlp.RlpException] for anything malformed or above a limit.
final class Messages {
    /// A sidecar travels in pieces of this size, the last one smaller.
    static final int SIDECAR_CHUNK_BYTES = 1 << 20;

    static final int SIDECAR_BYTES_MAX = 16 << 20;
    static final int SIDECAR_CHUNKS_MAX = SIDECAR_BYTES_MAX / SIDECAR_CHUNK_BYTES;

    /// An attestation's signature.
    private static final int SIGNATURE_BYTES_MAX = 65;

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
            return tuple(payload, list -> new Status(list.readLong(), list.readHash()));
        }
    }

    /// About a commit's sidecar; `content` is an attestation's signature, or empty.
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
            return tuple(
                    payload,
                    list ->
                            new AboutSidecar(
                                    list.readHash(),
                                    list.readHash(),
                                    list.readBytes(SIGNATURE_BYTES_MAX)));
        }
    }

    /// Asks for piece `index` of a sidecar.
    record GetSidecar(Hash commitId, Hash sidecarRoot, int index) {
        Bytes encode() {
            return list(
                    w -> {
                        w.writeHash(commitId);
                        w.writeHash(sidecarRoot);
                        w.writeLong(index);
                    });
        }

        static GetSidecar decode(Bytes payload) {
            return tuple(
                    payload,
                    list -> new GetSidecar(list.readHash(), list.readHash(), list.readInt()));
        }
    }

    /// Piece `index` of `count`; a count of 0 says that the sender does not have the sidecar.
    record SidecarChunk(Hash commitId, Hash sidecarRoot, int index, int count, Bytes content) {
        /// The answer of who has `sidecar`; a piece that is not there is empty.
        static SidecarChunk of(GetSidecar ask, Bytes sidecar) {
            int size = sidecar.size();
            int count = (size + SIDECAR_CHUNK_BYTES - 1) / SIDECAR_CHUNK_BYTES;
            if (ask.index() >= count) {
                return missing(ask);
            }
            int from = ask.index() * SIDECAR_CHUNK_BYTES;
            int to = Math.min(size, from + SIDECAR_CHUNK_BYTES);
            return new SidecarChunk(
                    ask.commitId(), ask.sidecarRoot(), ask.index(), count, sidecar.slice(from, to));
        }

        static SidecarChunk missing(GetSidecar ask) {
            return new SidecarChunk(ask.commitId(), ask.sidecarRoot(), ask.index(), 0, Bytes.EMPTY);
        }

        Bytes encode() {
            return list(
                    w -> {
                        w.writeHash(commitId);
                        w.writeHash(sidecarRoot);
                        w.writeLong(index);
                        w.writeLong(count);
                        w.writeBytes(content);
                    });
        }

        static SidecarChunk decode(Bytes payload) {
            return tuple(
                    payload,
                    list ->
                            new SidecarChunk(
                                    list.readHash(),
                                    list.readHash(),
                                    list.readInt(),
                                    list.readInt(),
                                    list.readBytes(SIDECAR_CHUNK_BYTES)));
        }
    }

    private static <T> T tuple(Bytes payload, Function<RlpReader, T> read) {
        return RlpReader.decode(payload, reader -> reader.readTuple(read));
    }

    private static Bytes list(Consumer<RlpWriter> write) {
        return Bytes.wrap(RlpWriter.encodeList(write));
    }
}
