package org.assay.p2p.rlpx;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.assay.primitives.Bytes;
import org.assay.primitives.rlp.RlpException;
import org.assay.primitives.rlp.RlpReader;
import org.assay.primitives.rlp.RlpWriter;

/// The first message of a connection (devp2p `rlpx.md`, Hello 0x00). `nodeKey` has 64 bytes.
public record Hello(
        int version, String client, List<Capability> capabilities, int port, Bytes nodeKey) {
    /// Since version 5 payloads are compressed.
    public static final int VERSION = 5;

    static final int CLIENT_BYTES_MAX = 256;
    static final int CAPABILITIES_MAX = 64;

    public Bytes encode() {
        return Bytes.wrap(
                RlpWriter.encodeList(
                        list -> {
                            list.writeLong(version);
                            list.writeArray(client.getBytes(StandardCharsets.UTF_8));
                            list.writeList(capabilities, (items, item) -> item.write(items));
                            list.writeLong(port);
                            list.writeBytes(nodeKey);
                        }));
    }

    /// Ignores further items and bytes after the list (EIP-8).
    public static Hello decode(Bytes payload) throws PeerException {
        try {
            RlpReader list = RlpReader.of(payload).readList();
            return new Hello(
                    list.readInt(),
                    printable(list.readBytes(CLIENT_BYTES_MAX).toArray()),
                    list.readList(CAPABILITIES_MAX, Capability::read),
                    list.readInt(),
                    Bytes.wrap(list.readArray(64)));
        } catch (RlpException e) {
            throw PeerException.breach("a malformed Hello: " + e.getMessage(), e);
        }
    }

    /// What a peer calls itself goes into logs and answers: control characters do not.
    private static String printable(byte[] name) {
        return new String(name, StandardCharsets.UTF_8).replaceAll("\\p{Cntrl}", "?");
    }
}
