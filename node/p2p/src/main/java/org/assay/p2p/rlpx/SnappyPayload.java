package org.assay.p2p.rlpx;

import java.io.IOException;
import org.assay.primitives.Bytes;
import org.xerial.snappy.Snappy;

/// Payloads in snappy's raw block format, the announced size judged before any memory is taken.
public final class SnappyPayload {
    /// A message's payload, once decompressed.
    public static final int PAYLOAD_BYTES_MAX = 16 << 20;

    /// No snappy stream grows by more: a copy of 64 bytes takes 3, of 11 bytes takes 2.
    private static final int RATIO_MAX = 22;

    private SnappyPayload() {}

    public static Bytes compress(Bytes payload) {
        try {
            return Bytes.wrap(Snappy.compress(payload.unsafeArray()));
        } catch (IOException e) {
            throw new IllegalStateException("snappy compresses anything", e);
        }
    }

    /// Throws [PeerException] for what is not a stream, announces more than `bytesMax` or more
    /// than its size can hold, or does not end as announced.
    public static Bytes decompress(byte[] data, int offset, int bytesMax) throws PeerException {
        int size = data.length - offset;
        long announced = announcedBytes(data, offset);
        if (announced > bytesMax || announced > (long) size * RATIO_MAX) {
            throw PeerException.breach(
                    "a message of " + size + " bytes that announces " + announced);
        }
        byte[] plain = new byte[(int) announced];
        try {
            if (!Snappy.isValidCompressedBuffer(data, offset, size)
                    || Snappy.rawUncompress(data, offset, size, plain, 0) != plain.length) {
                throw PeerException.breach("a bad snappy stream");
            }
        } catch (PeerException e) {
            throw e;
        } catch (IOException e) {
            throw PeerException.breach("a bad snappy stream", e);
        }
        return Bytes.wrap(plain);
    }

    /// The little-endian base-128 number that a stream begins with, below 2^32.
    private static long announcedBytes(byte[] data, int offset) throws PeerException {
        long value = 0;
        for (int i = 0; i < 5 && offset + i < data.length; i++) {
            int next = data[offset + i] & 0xff;
            value |= (long) (next & 0x7f) << (7 * i);
            if (next < 0x80) {
                return value;
            }
        }
        throw PeerException.breach("a snappy stream without a size");
    }
}
