package org.assay.p2p.eth;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.zip.CRC32;
import org.assay.chain.ChainSpec;
import org.assay.primitives.Hash;
import org.assay.primitives.Words;
import org.assay.primitives.rlp.RlpReader;
import org.assay.primitives.rlp.RlpWriter;

/// Which forks a node has passed and which it expects (EIP-2124, EIP-6122): `hash` is the CRC-32
/// of the genesis hash and every passed fork's point, `next` the first point ahead, 0 for none.
public record ForkId(int hash, long next) {
    /// Points above are timestamps, below block numbers: the time of Ethereum's first block.
    private static final long TIMESTAMP_MIN = 1_438_269_973L;

    public void write(RlpWriter writer) {
        writer.writeList(
                list -> {
                    byte[] bytes = new byte[4];
                    Words.putInt(bytes, 0, hash);
                    list.writeArray(bytes);
                    list.writeLong(next);
                });
    }

    public static ForkId read(RlpReader reader) {
        RlpReader list = reader.readList();
        ForkId id = new ForkId(Words.getInt(list.readArray(4), 0), list.readUnsignedLong());
        list.requireEnd();
        return id;
    }

    /// A chain's fork points, without those at the genesis block; ascending, numbers before
    /// timestamps.
    public record Forks(Hash genesisHash, List<Long> numbers, List<Long> times) {
        public Forks {
            numbers = List.copyOf(numbers);
            times = List.copyOf(times);
        }

        public static Forks of(ChainSpec spec, Hash genesisHash) {
            TreeSet<Long> numbers = new TreeSet<>(spec.forks().byNumber().keySet());
            TreeSet<Long> times = new TreeSet<>(spec.forks().byTime().keySet());
            times.addAll(spec.forks().blobsByTime().keySet());
            return new Forks(
                    genesisHash,
                    List.copyOf(numbers.tailSet(1L)),
                    List.copyOf(times.tailSet(spec.genesis().timestamp() + 1)));
        }

        private List<Long> all() {
            List<Long> all = new ArrayList<>(numbers);
            all.addAll(times);
            return all;
        }

        private boolean isPassed(int index, long number, long timestamp) {
            return index < numbers.size()
                    ? numbers.get(index) <= number
                    : times.get(index - numbers.size()) <= timestamp;
        }

        /// The checksum after each of 0, 1, … forks.
        private int[] checksums() {
            List<Long> points = all();
            int[] sums = new int[points.size() + 1];
            CRC32 crc = new CRC32();
            crc.update(genesisHash.toArray());
            sums[0] = (int) crc.getValue();
            byte[] point = new byte[8];
            for (int i = 0; i < points.size(); i++) {
                Words.putLong(point, 0, points.get(i));
                crc.update(point);
                sums[i + 1] = (int) crc.getValue();
            }
            return sums;
        }

        private int passed(long number, long timestamp) {
            int passed = 0;
            while (passed < numbers.size() + times.size() && isPassed(passed, number, timestamp)) {
                passed++;
            }
            return passed;
        }

        /// The id of a node whose head is at this height and time.
        public ForkId at(long number, long timestamp) {
            int passed = passed(number, timestamp);
            List<Long> points = all();
            return new ForkId(
                    checksums()[passed], passed == points.size() ? 0 : points.get(passed));
        }

        /// Whether a node with `theirs` can be on this chain (EIP-2124 "Validation rules"). A
        /// chain without forks takes any, as Besu does.
        public boolean accepts(ForkId theirs, long number, long timestamp) {
            return all().isEmpty() || matches(theirs, number, timestamp);
        }

        /// The same without that exception.
        public boolean matches(ForkId theirs, long number, long timestamp) {
            List<Long> points = all();
            int passed = passed(number, timestamp);
            int[] sums = checksums();
            if (theirs.hash == sums[passed]) {
                long here = theirs.next >= TIMESTAMP_MIN ? timestamp : number;
                return theirs.next == 0 || Long.compareUnsigned(here, theirs.next) < 0;
            }
            for (int i = 0; i < passed; i++) {
                if (theirs.hash == sums[i]) {
                    return theirs.next == points.get(i);
                }
            }
            for (int i = passed + 1; i < sums.length; i++) {
                if (theirs.hash == sums[i]) {
                    return true;
                }
            }
            return false;
        }
    }
}
