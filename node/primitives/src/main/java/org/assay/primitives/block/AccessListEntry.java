package org.assay.primitives.block;

import java.util.List;
import org.assay.primitives.Address;
import org.assay.primitives.Hash;
import org.assay.primitives.rlp.RlpReader;
import org.assay.primitives.rlp.RlpWriter;

/// One account of an access list and the storage keys announced for it (EIP-2930).
public record AccessListEntry(Address address, List<Hash> storageKeys) {
    /// Entries and keys a transaction may list; far above what 2^24 gas can buy.
    static final int ENTRIES_MAX = 16_384;

    void write(RlpWriter writer) {
        writer.writeList(
                entry -> {
                    entry.writeAddress(address);
                    entry.writeList(storageKeys, RlpWriter::writeHash);
                });
    }

    static AccessListEntry read(RlpReader reader) {
        RlpReader entry = reader.readList();
        Address address = entry.readAddress();
        List<Hash> keys = entry.readList(ENTRIES_MAX, RlpReader::readHash);
        entry.requireEnd();
        return new AccessListEntry(address, keys);
    }
}
