package org.assay.p2p.eth;

import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;
import org.assay.primitives.rlp.RlpReader;
import org.assay.primitives.rlp.RlpWriter;

/// The first message of `eth`. Until version 68 it names the total difficulty, since 69 the range
/// of blocks that the node has; `headNumber` is a guess from the difficulty in the older form.
public record EthStatus(
        int version,
        long networkId,
        Hash genesisHash,
        ForkId forkId,
        UInt256 totalDifficulty,
        Range range) {
    static final int VERSION_WITH_RANGE = 69;

    /// First and last block that a node can serve.
    public record Range(long earliest, long latest, Hash latestHash) {
        void write(RlpWriter list) {
            list.writeLong(earliest);
            list.writeLong(latest);
            list.writeHash(latestHash);
        }

        static Range read(RlpReader list) {
            return new Range(list.readLong(), list.readLong(), list.readHash());
        }

        /// BlockRangeUpdate (0x11).
        public Bytes encode() {
            return Bytes.wrap(RlpWriter.encodeList(this::write));
        }

        public static Range decode(Bytes payload) {
            return RlpReader.decode(
                    payload,
                    reader -> {
                        RlpReader list = reader.readList();
                        Range range = read(list);
                        list.requireEnd();
                        return range;
                    });
        }
    }

    public Bytes encode() {
        return Bytes.wrap(
                RlpWriter.encodeList(
                        list -> {
                            list.writeLong(version);
                            list.writeLong(networkId);
                            if (version >= VERSION_WITH_RANGE) {
                                list.writeHash(genesisHash);
                                forkId.write(list);
                                range.write(list);
                            } else {
                                list.writeUInt256(totalDifficulty);
                                list.writeHash(range.latestHash());
                                list.writeHash(genesisHash);
                                forkId.write(list);
                            }
                        }));
    }

    /// In the form of `version`. Throws [org.assay.primitives.rlp.RlpException] for any other.
    public static EthStatus decode(int version, Bytes payload) {
        return RlpReader.decode(
                payload,
                reader -> {
                    RlpReader list = reader.readList();
                    int named = list.readInt();
                    long networkId = list.readUnsignedLong();
                    EthStatus status =
                            version >= VERSION_WITH_RANGE
                                    ? withRange(named, networkId, list)
                                    : withDifficulty(named, networkId, list);
                    list.requireEnd();
                    return status;
                });
    }

    private static EthStatus withRange(int version, long networkId, RlpReader list) {
        Hash genesis = list.readHash();
        ForkId forkId = ForkId.read(list);
        return new EthStatus(version, networkId, genesis, forkId, UInt256.ZERO, Range.read(list));
    }

    private static EthStatus withDifficulty(int version, long networkId, RlpReader list) {
        UInt256 difficulty = list.readUInt256();
        Hash head = list.readHash();
        Hash genesis = list.readHash();
        ForkId forkId = ForkId.read(list);
        return new EthStatus(
                version, networkId, genesis, forkId, difficulty, new Range(0, 0, head));
    }
}
