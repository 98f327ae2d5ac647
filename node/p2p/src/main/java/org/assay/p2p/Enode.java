package org.assay.p2p;

import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.crypto.Secp256k1;
import org.assay.primitives.crypto.SecretKey;

/// A node's record as a URL, `enode://PUBLICKEY@HOST:PORT[?discport=UDP]`: whom to dial and which
/// key must answer. `publicKey` has 64 bytes, x ‖ y.
public record Enode(Bytes publicKey, String host, int tcpPort, int udpPort) {
    private static final String SCHEME = "enode";
    private static final int PORT_MAX = 65_535;

    /// The record of the node that holds `key`.
    public static Enode of(SecretKey key, String host, int port) {
        return new Enode(Bytes.wrap(Secp256k1.publicKey(key)), host, port, port);
    }

    /// Empty for anything but a node's URL with a key on the curve and a port.
    public static Optional<Enode> parse(String text) {
        try {
            URI url = new URI(text);
            String user = url.getUserInfo();
            String host = url.getHost();
            if (!SCHEME.equals(url.getScheme()) || user == null || host == null) {
                return Optional.empty();
            }
            Bytes key = Bytes.fromHex("0x" + user);
            int tcp = url.getPort();
            int udp = udpPort(url.getQuery(), tcp);
            if (key.size() != 64 || !isPort(tcp) || !isPort(udp) || !isOnCurve(key)) {
                return Optional.empty();
            }
            return Optional.of(new Enode(key, host, tcp, udp));
        } catch (URISyntaxException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static int udpPort(@org.jspecify.annotations.Nullable String query, int tcpPort) {
        String name = "discport=";
        return query == null || !query.startsWith(name)
                ? tcpPort
                : Integer.parseInt(query.substring(name.length()));
    }

    private static boolean isPort(int port) {
        return port > 0 && port <= PORT_MAX;
    }

    private static boolean isOnCurve(Bytes key) {
        byte[] compressed = new byte[33];
        compressed[0] = (byte) (2 + (key.get(63) & 1));
        System.arraycopy(key.unsafeArray(), 0, compressed, 1, 32);
        return Secp256k1.decompress(compressed).map(Bytes::wrap).filter(key::equals).isPresent();
    }

    /// The address of the node's key: a validator's own.
    public Address address() {
        return Address.ofPublicKey(publicKey.unsafeArray());
    }

    /// Resolves the host.
    public InetSocketAddress endpoint() {
        return new InetSocketAddress(
                host.startsWith("[") ? host.substring(1, host.length() - 1) : host, tcpPort);
    }

    /// The URL.
    @Override
    public String toString() {
        String url =
                SCHEME + "://" + publicKey.toString().substring(2) + "@" + host + ":" + tcpPort;
        return udpPort == tcpPort ? url : url + "?discport=" + udpPort;
    }
}
