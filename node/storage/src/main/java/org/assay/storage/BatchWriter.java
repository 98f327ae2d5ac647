package org.assay.storage;

import java.io.ByteArrayOutputStream;
import org.assay.primitives.Bytes;

/// A batch in RocksDB's own serialized form (`db/write_batch.cc`): twelve bytes of header, then
/// a tag, the column's number and one or two length-prefixed strings an entry. One call into
/// the library instead of one an entry.
final class BatchWriter {
    private static final int HEADER_BYTES = 12;
    private static final int COUNT_OFFSET = 8;
    private static final int TAG_DELETION = 0x4;
    private static final int TAG_VALUE = 0x5;
    private static final int TAG_RANGE_DELETION = 0xe;

    /// Tag, column number, two lengths of up to five bytes each.
    private static final int ENTRY_OVERHEAD_BYTES = 16;

    private BatchWriter() {}

    static byte[] encode(WriteBatch batch, RocksHandles handles) {
        long size = batch.sizeBytes() + HEADER_BYTES;
        size += (long) batch.count() * ENTRY_OVERHEAD_BYTES;
        var output = new ByteArrayOutputStream(Math.toIntExact(size));
        for (int i = 0; i < HEADER_BYTES; i++) {
            int count = batch.count();
            output.write(i < COUNT_OFFSET ? 0 : count >>> (8 * (i - COUNT_OFFSET)));
        }
        for (WriteBatch.Entry entry : batch.entries()) {
            Bytes to = entry.to();
            Bytes value = entry.value();
            Bytes second = to != null ? to : value;
            output.write(
                    to != null ? TAG_RANGE_DELETION : value != null ? TAG_VALUE : TAG_DELETION);
            putSize(output, handles.number(entry.column()));
            putString(output, entry.key());
            if (second != null) {
                putString(output, second);
            }
        }
        return output.toByteArray();
    }

    private static void putString(ByteArrayOutputStream output, Bytes bytes) {
        putSize(output, bytes.size());
        output.write(bytes.unsafeArray(), 0, bytes.size());
    }

    private static void putSize(ByteArrayOutputStream output, int size) {
        int rest = size;
        while (rest >= 0x80) {
            output.write(rest | 0x80);
            rest >>>= 7;
        }
        output.write(rest);
    }
}
