package org.assay.primitives.block;

import java.util.List;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.rlp.RlpReader;
import org.assay.primitives.rlp.RlpWriter;

/// An event that a contract wrote: up to four topics and free bytes (YP §4.4.1).
public record Log(Address address, List<Hash> topics, Bytes data) {
    static final int TOPICS_MAX = 4;
    public static final int COUNT_MAX = 1 << 20;
    static final int LOG_BYTES_MAX = 1 << 24;

    public void write(RlpWriter writer) {
        writer.writeList(
                log -> {
                    log.writeAddress(address);
                    log.writeList(topics, RlpWriter::writeHash);
                    log.writeBytes(data);
                });
    }

    public static Log read(RlpReader reader) {
        RlpReader log = reader.readList();
        Address address = log.readAddress();
        List<Hash> topics = log.readList(TOPICS_MAX, RlpReader::readHash);
        Bytes data = log.readBytes(LOG_BYTES_MAX);
        log.requireEnd();
        return new Log(address, topics, data);
    }
}
