package org.assay.consensus.message;

import java.util.List;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.crypto.Keccak;
import org.assay.primitives.crypto.Signature;
import org.assay.primitives.rlp.RlpException;
import org.assay.primitives.rlp.RlpReader;
import org.assay.primitives.rlp.RlpWriter;

/// A block as it travels: consensus reads its header and carries the rest unread, `[header,
/// transactions, ommers, withdrawals?]`. Nothing about it is checked but its shape; who executes
/// it decodes [#encode()] with `primitives.block`.
public final class ProposedBlock {
    /// A block on the wire; Osaka caps it at 8 MiB (EIP-7934), older forks do not.
    public static final int BYTES_MAX = 12 << 20;

    private final QbftHeader header;

    /// The encoded items after the header, concatenated.
    private final Bytes body;

    private final Hash digest;
    private final Hash hash;
    private final Hash content;

    private ProposedBlock(QbftHeader header, Bytes body) {
        this(header, body, Keccak.hash256(body));
    }

    private ProposedBlock(QbftHeader header, Bytes body, Hash content) {
        this.header = header;
        this.body = body;
        this.digest = header.digest();
        this.hash = header.hash();
        this.content = content;
    }

    /// Throws [RlpException] unless `encoded` has a block's shape.
    public static ProposedBlock decode(Bytes encoded) {
        if (encoded.size() > BYTES_MAX) {
            throw new RlpException("a block of " + encoded.size() + " bytes, limit " + BYTES_MAX);
        }
        return RlpReader.decode(
                encoded,
                reader -> {
                    RlpReader items = reader.readList();
                    QbftHeader header = QbftHeader.decode(items.readRaw());
                    int bodyItems = 0;
                    Bytes body = Bytes.EMPTY;
                    while (!items.isEnd()) {
                        if (!items.nextIsList() || bodyItems == 3) {
                            throw new RlpException("not a block body");
                        }
                        body = body.concat(items.readRaw());
                        bodyItems++;
                    }
                    if (bodyItems < 2) {
                        throw new RlpException("a block of " + (bodyItems + 1) + " items");
                    }
                    return new ProposedBlock(header, body);
                });
    }

    public Bytes encode() {
        return Bytes.wrap(
                RlpWriter.encodeList(
                        list -> {
                            list.writeRaw(header.encode());
                            if (!body.isEmpty()) {
                                list.writeRaw(body);
                            }
                        }));
    }

    public int bodyBytes() {
        return body.size();
    }

    public QbftHeader header() {
        return header;
    }

    public long number() {
        return header.number();
    }

    public Address coinbase() {
        return header.coinbase();
    }

    /// Keccak of the header's seal form; differs from round to round.
    public Hash digest() {
        return digest;
    }

    /// The block hash; the same in every round.
    public Hash hash() {
        return hash;
    }

    /// Header and body in one name, the same in every round. The block hash names the body only
    /// through roots that execution has yet to check, so it cannot stand for a verdict.
    public Id id() {
        return new Id(hash, content);
    }

    /// `content` is keccak of the encoded body items.
    public record Id(Hash hash, Hash content) {}

    /// The same block proposed in `round`: only the round in extraData changes.
    public ProposedBlock withRound(int round) {
        return header.extraData().round() == round
                ? this
                : new ProposedBlock(
                        header.withExtraData(header.extraData().withRound(round)), body, content);
    }

    public ProposedBlock withSeals(List<Signature> seals) {
        return new ProposedBlock(
                header.withExtraData(header.extraData().withSeals(seals)), body, content);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ProposedBlock that
                && header.equals(that.header)
                && body.equals(that.body);
    }

    @Override
    public int hashCode() {
        return digest.hashCode();
    }

    @Override
    public String toString() {
        return "ProposedBlock[" + header + "]";
    }
}
