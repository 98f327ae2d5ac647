package org.assay.p2p.rlpx;

import org.assay.primitives.rlp.RlpReader;
import org.assay.primitives.rlp.RlpWriter;

/// A protocol that shares the connection, by name and version.
public record Capability(String name, int version) implements Comparable<Capability> {
    private static final int NAME_BYTES_MAX = 32;

    void write(RlpWriter writer) {
        writer.writeList(
                list -> {
                    list.writeArray(name.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
                    list.writeLong(version);
                });
    }

    static Capability read(RlpReader reader) {
        RlpReader list = reader.readList();
        byte[] name = list.readBytes(NAME_BYTES_MAX).toArray();
        return new Capability(
                new String(name, java.nio.charset.StandardCharsets.US_ASCII), list.readInt());
    }

    /// By name, then version: the order in which message ids are given out.
    @Override
    public int compareTo(Capability other) {
        int order = name.compareTo(other.name);
        return order == 0 ? Integer.compare(version, other.version) : order;
    }

    @Override
    public String toString() {
        return name + "/" + version;
    }
}
