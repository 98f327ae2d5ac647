package org.assay.primitives.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.Hex;
import org.assay.primitives.UInt256;
import org.assay.primitives.crypto.SecretKey;
import org.assay.primitives.rlp.RlpException;
import org.junit.jupiter.api.Test;

class TransactionTest {
    private static final SecretKey KEY =
            SecretKey.of(
                    Hex.decode("ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80"));
    private static final Address SENDER =
            Address.fromHex("0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266");

    @Test
    void signsTheExampleOfEip155() {
        TransactionBody body =
                TransactionBody.legacy(
                        UInt256.ONE,
                        9,
                        UInt256.of(20_000_000_000L),
                        21_000,
                        Address.fromHex("0x3535353535353535353535353535353535353535"),
                        UInt256.of(1_000_000_000_000_000_000L),
                        Bytes.EMPTY);
        SecretKey key =
                SecretKey.of(
                        Hex.decode(
                                "4646464646464646464646464646464646464646464646464646464646464646"));
        assertThat(body.signingHash())
                .isEqualTo(
                        Hash.fromHex(
                                "0xdaf5a779ae972f972197303d7b574746c7ef83eadac0f2791ad23db92e4c8e53"));
        assertThat(Transaction.sign(body, key).encoded())
                .isEqualTo(
                        Bytes.fromHex(
                                "0xf86c098504a817c800825208943535353535353535353535353535353535353535880de0b6b3a76400008025a028ef61340bd939bc2195fe537567866003e1a15d3c71ff63e1590620aa636276a067cbe9d8997f761aecb703304b3800ccf555c9f3dc64214b297fb1966a3b6d83"));
    }

    @Test
    void everyTypeReadsBackWithItsSender() {
        for (int type = 0; type <= Transaction.TYPE_MAX; type++) {
            Transaction signed = Transaction.sign(body(type), KEY);
            Transaction read = Transaction.decode(signed.encoded());
            assertThat(read.body()).isEqualTo(signed.body());
            assertThat(read.recover().orElseThrow().sender()).isEqualTo(SENDER);
        }
    }

    @Test
    void refusesATruncatedOne() {
        Bytes encoded = Transaction.sign(body(2), KEY).encoded();
        Bytes cut = encoded.slice(0, encoded.size() - 1);
        assertThatThrownBy(() -> Transaction.decode(cut)).isInstanceOf(RlpException.class);
    }

    @Test
    void refusesTrailingBytes() {
        Bytes longer = Transaction.sign(body(0), KEY).encoded().concat(Bytes.of((byte) 0));
        assertThatThrownBy(() -> Transaction.decode(longer)).isInstanceOf(RlpException.class);
    }

    @Test
    void blockReadsBack() {
        Header header =
                new Header(
                        Hash.ZERO,
                        Header.NO_OMMERS,
                        SENDER,
                        Hash.ZERO,
                        Hash.ZERO,
                        Hash.ZERO,
                        Bloom.EMPTY,
                        UInt256.ONE,
                        7,
                        30_000_000,
                        21_000,
                        1_700_000_000L,
                        Bytes.fromHex("0x0102"),
                        Hash.ZERO,
                        0,
                        UInt256.of(7),
                        Hash.ZERO,
                        0L,
                        0L,
                        Hash.ZERO,
                        null);
        Block block =
                new Block(
                        header,
                        List.of(Transaction.sign(body(0), KEY), Transaction.sign(body(3), KEY)),
                        List.of(),
                        List.of(new Withdrawal(1, 2, SENDER, 3)));
        assertThat(Block.decode(Bytes.wrap(block.encode()))).isEqualTo(block);
    }

    @Test
    void receiptReadsBack() {
        Receipt receipt =
                Receipt.of(2, true, 21_000, List.of(new Log(SENDER, List.of(), Bytes.EMPTY)));
        assertThat(Receipt.decode(Bytes.wrap(receipt.encode()))).isEqualTo(receipt);
    }

    private static TransactionBody body(int type) {
        return new TransactionBody(
                type,
                UInt256.of(1337),
                3,
                UInt256.of(type >= 2 ? 1 : 20),
                UInt256.of(20),
                100_000,
                SENDER,
                UInt256.of(5),
                Bytes.fromHex("0x010203"),
                type == 0 ? List.of() : List.of(new AccessListEntry(SENDER, List.of(Hash.ZERO))),
                UInt256.of(type == 3 ? 9 : 0),
                type == 3 ? List.of(Hash.ZERO) : List.of(),
                type == 4
                        ? List.of(
                                new Authorization(
                                        UInt256.ONE, SENDER, 4, 1, UInt256.ONE, UInt256.ONE))
                        : List.of());
    }
}
