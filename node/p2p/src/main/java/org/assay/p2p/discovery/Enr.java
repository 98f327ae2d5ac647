package org.assay.p2p.discovery;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.crypto.SECP256K1;
import org.apache.tuweni.units.bigints.UInt64;
import org.assay.p2p.Enode;
import org.assay.p2p.eth.ForkId;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.Words;
import org.assay.primitives.crypto.Secp256k1;
import org.assay.primitives.crypto.SecretKey;
import org.ethereum.beacon.discovery.crypto.DefaultSigner;
import org.ethereum.beacon.discovery.schema.EnrField;
import org.ethereum.beacon.discovery.schema.IdentitySchemaInterpreter;
import org.ethereum.beacon.discovery.schema.NodeRecord;
import org.ethereum.beacon.discovery.schema.NodeRecordFactory;

/// A node's record (EIP-778): its key, where it listens and, in the entry `eth`, its fork id
/// (EIP-2124). Signed, but for one made of an enode URL.
public record Enr(NodeRecord record) {
    private static final String PREFIX = "enr:";

    /// The longest text of a record: 300 bytes in base64.
    static final int TEXT_CHARS_MAX = 404;

    private static final String FORK_ENTRY = "eth";
    private static final NodeRecordFactory FACTORY =
            new NodeRecordFactory(IdentitySchemaInterpreter.V4);

    /// Empty for what is no record of scheme v4 with its node's signature.
    public static Optional<Enr> parse(String text) {
        if (!text.startsWith(PREFIX) || text.length() > TEXT_CHARS_MAX) {
            return Optional.empty();
        }
        try {
            NodeRecord record = FACTORY.fromEnr(text);
            return record.isValid() ? Optional.of(new Enr(record)) : Optional.empty();
        } catch (RuntimeException e) { // the library has a type for each kind of bad record
            return Optional.empty();
        }
    }

    /// A record under `key`; without a host others find it out. `sequence` grows with each
    /// change.
    public static Enr sign(
            SecretKey key, long sequence, Optional<String> host, int tcp, int udp, ForkId forkId) {
        List<EnrField> fields = new ArrayList<>();
        fields.add(new EnrField(FORK_ENTRY, List.of(forkEntry(forkId))));
        host.ifPresent(
                name -> addAddress(fields, new InetSocketAddress(name, tcp), new Ports(tcp, udp)));
        NodeRecord record = unsigned(Secp256k1.publicKey(key), sequence, fields);
        record.sign(signer(key));
        return new Enr(record);
    }

    /// What an enode URL says, for a node that is to be asked for its record. Resolves the host.
    public static Optional<Enr> of(Enode enode) {
        InetSocketAddress endpoint = enode.endpoint();
        if (endpoint.isUnresolved()) {
            return Optional.empty();
        }
        List<EnrField> fields = new ArrayList<>();
        addAddress(fields, endpoint, new Ports(enode.tcpPort(), enode.udpPort()));
        return Optional.of(new Enr(unsigned(enode.publicKey().unsafeArray(), 0, fields)));
    }

    private record Ports(int tcp, int udp) {}

    private static NodeRecord unsigned(byte[] publicKey64, long sequence, List<EnrField> fields) {
        byte[] compressed = new byte[33];
        compressed[0] = (byte) (2 + (publicKey64[63] & 1));
        System.arraycopy(publicKey64, 0, compressed, 1, 32);
        fields.add(
                new EnrField(EnrField.ID, org.ethereum.beacon.discovery.schema.IdentitySchema.V4));
        fields.add(
                new EnrField(
                        EnrField.PKEY_SECP256K1, org.apache.tuweni.bytes.Bytes.wrap(compressed)));
        return FACTORY.createFromValues(UInt64.valueOf(sequence), fields);
    }

    private static void addAddress(List<EnrField> fields, InetSocketAddress host, Ports ports) {
        byte[] address = host.getAddress().getAddress();
        boolean isVersion4 = address.length == 4;
        org.apache.tuweni.bytes.Bytes wrapped = org.apache.tuweni.bytes.Bytes.wrap(address);
        fields.add(new EnrField(isVersion4 ? EnrField.IP_V4 : EnrField.IP_V6, wrapped));
        fields.add(new EnrField(isVersion4 ? EnrField.TCP : EnrField.TCP_V6, ports.tcp));
        fields.add(new EnrField(isVersion4 ? EnrField.UDP : EnrField.UDP_V6, ports.udp));
    }

    static org.ethereum.beacon.discovery.crypto.Signer signer(SecretKey key) {
        return new DefaultSigner(SECP256K1.SecretKey.fromBytes(Bytes32.wrap(key.toArray())));
    }

    private static List<org.apache.tuweni.bytes.Bytes> forkEntry(ForkId forkId) {
        return List.of(
                org.apache.tuweni.bytes.Bytes.ofUnsignedInt(forkId.hash() & 0xffff_ffffL),
                org.apache.tuweni.bytes.Bytes.ofUnsignedLong(forkId.next()).trimLeadingZeros());
    }

    /// keccak256 of the node's key.
    public Hash nodeId() {
        return Hash.of(record.getNodeId().toArray());
    }

    public long sequence() {
        return record.getSeq().toLong();
    }

    /// How to dial the node over RLPx; empty where the record names no TCP port.
    public Optional<Enode> enode() {
        Optional<InetSocketAddress> tcp = record.getTcpAddress().or(record::getTcp6Address);
        Optional<InetSocketAddress> udp = record.getUdpAddress().or(record::getUdp6Address);
        Optional<byte[]> key =
                record.get(EnrField.PKEY_SECP256K1) instanceof org.apache.tuweni.bytes.Bytes point
                        ? Secp256k1.decompress(point.toArray())
                        : Optional.empty();
        if (tcp.isEmpty() || key.isEmpty() || tcp.get().getPort() == 0) {
            return Optional.empty();
        }
        String host = tcp.get().getAddress().getHostAddress();
        int port = tcp.get().getPort();
        return Optional.of(
                new Enode(
                        Bytes.wrap(key.get()),
                        host.contains(":") ? "[" + host + "]" : host,
                        port,
                        udp.map(InetSocketAddress::getPort).orElse(port)));
    }

    /// What the entry `eth` says; empty where there is none, as for a node of another protocol.
    public Optional<ForkId> forkId() {
        if (record.get(FORK_ENTRY) instanceof List<?> entry
                && !entry.isEmpty()
                && entry.get(0) instanceof List<?> id
                && id.size() == 2
                && id.get(0) instanceof org.apache.tuweni.bytes.Bytes hash
                && id.get(1) instanceof org.apache.tuweni.bytes.Bytes next
                && hash.size() == 4
                && next.size() <= Long.BYTES) {
            return Optional.of(
                    new ForkId(
                            Words.getInt(hash.toArrayUnsafe(), 0),
                            next.toUnsignedBigInteger().longValue()));
        }
        return Optional.empty();
    }

    /// The text, `enr:…`.
    @Override
    public String toString() {
        return record.asEnr();
    }
}
