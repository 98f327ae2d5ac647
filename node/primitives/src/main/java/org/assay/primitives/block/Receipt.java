package org.assay.primitives.block;

import java.util.List;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.rlp.RlpException;
import org.assay.primitives.rlp.RlpReader;
import org.assay.primitives.rlp.RlpWriter;
import org.jspecify.annotations.Nullable;

/// What a transaction did (YP §4.4.1, EIP-658, EIP-2718). `postState` is the state root of the
/// forks before Byzantium and null since; `success` means nothing where it is set.
public record Receipt(
        int type,
        boolean success,
        @Nullable Hash postState,
        long cumulativeGasUsed,
        Bytes logsBloom,
        List<Log> logs) {

    /// A receipt since Byzantium.
    public static Receipt of(int type, boolean success, long cumulativeGasUsed, List<Log> logs) {
        return new Receipt(type, success, null, cumulativeGasUsed, Bloom.of(logs), logs);
    }

    /// The consensus encoding: `type ‖ rlp(...)`, or the bare list for type 0.
    public byte[] encode() {
        byte[] list =
                RlpWriter.encodeList(
                        receipt -> {
                            if (postState != null) {
                                receipt.writeHash(postState);
                            } else {
                                receipt.writeLong(success ? 1 : 0);
                            }
                            receipt.writeLong(cumulativeGasUsed);
                            receipt.writeBytes(logsBloom);
                            receipt.writeList(logs, (writer, log) -> log.write(writer));
                        });
        return Transaction.withType(type, list);
    }

    /// Throws [RlpException] for anything but a receipt in its consensus encoding.
    public static Receipt decode(Bytes encoded) {
        if (encoded.isEmpty()) {
            throw new RlpException("an empty receipt");
        }
        int first = encoded.get(0) & 0xff;
        int type = first < 0xc0 ? first : 0;
        if (type > Transaction.TYPE_MAX || first == 0) {
            throw new RlpException("a receipt of unknown type " + type);
        }
        Bytes list = first < 0xc0 ? encoded.slice(1, encoded.size()) : encoded;
        return RlpReader.decode(list, reader -> readList(type, reader));
    }

    private static Receipt readList(int type, RlpReader reader) {
        RlpReader list = reader.readList();
        byte[] outcome = list.readArray();
        long gas = list.readLong();
        Bytes bloom = Bytes.wrap(list.readArray(Bloom.SIZE));
        List<Log> logs = list.readList(Log.COUNT_MAX, Log::read);
        list.requireEnd();
        if (outcome.length == Hash.SIZE) {
            return new Receipt(type, true, Hash.of(outcome), gas, bloom, logs);
        }
        boolean success = outcome.length == 1 && outcome[0] == 1;
        if (!success && outcome.length != 0) {
            throw new RlpException("a receipt's status is neither 0 nor 1");
        }
        return new Receipt(type, success, null, gas, bloom, logs);
    }
}
