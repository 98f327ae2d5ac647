package org.assay.primitives;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.random.RandomGenerator;
import org.assay.testkit.Seeds;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class AddressTest {
    /// The examples of EIP-55.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "0x52908400098527886E0F7030069857D2E4169EE7",
                "0x8617E340B3D01FA5F11F306F4090FD50E238070D",
                "0xde709f2102306220921060314715629080e2fb77",
                "0x27b1fdb04752bbc536007a920d24acb045561c26",
                "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
                "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
                "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB",
                "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb"
            })
    void checksumsAsEip55(String text) {
        assertThat(Address.fromHex(text).toChecksum()).isEqualTo(text);
    }

    /// The examples of EIP-1014.
    @Test
    void derivesCreate2Addresses() {
        Hash zero = Hash.of(new byte[32]);
        Hash empty = org.assay.primitives.crypto.Keccak.EMPTY;
        Hash one = org.assay.primitives.crypto.Keccak.hash256(new byte[1]);
        assertThat(Address.ofCreate2(Address.ZERO, zero, one).toChecksum())
                .isEqualTo("0x4D1A2e2bB4F88F0250f26Ffff098B0b30B26BF38");
        assertThat(Address.ofCreate2(Address.ZERO, zero, empty).toChecksum())
                .isEqualTo("0xE33C0C7F7df4809055C3ebA6c09CFe4BaF1BD9e0");
    }

    @Test
    void derivesCreateAddresses() {
        Address sender = Address.fromHex("0x6ac7ea33f8831ea9dcc53393aaa88b25a785dbf0");
        assertThat(Address.ofCreate(sender, 0))
                .hasToString("0xcd234a471b72ba2f1ccf0a70fcaba648a5eecd8d");
        assertThat(Address.ofCreate(sender, 1))
                .hasToString("0x343c43a37d37dff08ae8c4a11544c718abb4fcf8");
    }

    @Seeds(100)
    void formsRoundTrip(RandomGenerator random) {
        byte[] bytes = new byte[20];
        random.nextBytes(bytes);
        Address address = Address.of(bytes);
        assertThat(address.toArray()).isEqualTo(bytes);
        assertThat(Address.ofWord(address.toWord())).isEqualTo(address);
        assertThat(Address.fromHex(address.toString())).isEqualTo(address);
        assertThat(Address.fromHex(address.toChecksum())).isEqualTo(address);
        byte[] word = new byte[32];
        random.nextBytes(word);
        System.arraycopy(bytes, 0, word, 12, 20);
        assertThat(Address.ofWord(UInt256.of(word))).isEqualTo(address);
    }

    @Test
    void takesExactlyTwentyBytes() {
        assertThatThrownBy(() -> Address.of(new byte[19]))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Address.of(new byte[21]))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
