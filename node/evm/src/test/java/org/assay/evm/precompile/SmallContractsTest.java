package org.assay.evm.precompile;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assay.evm.precompile.Contracts.at;
import static org.assay.evm.precompile.Contracts.call;
import static org.assay.evm.precompile.Contracts.word;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.random.RandomGenerator;
import org.assay.evm.Fork;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.Hex;
import org.assay.primitives.crypto.Keccak;
import org.assay.primitives.crypto.Secp256k1;
import org.assay.primitives.crypto.SecretKey;
import org.assay.primitives.crypto.Signature;
import org.assay.testkit.Seeds;
import org.junit.jupiter.api.Test;

final class SmallContractsTest {
    private static final String P256_DIGEST =
            "bb5a52f42f9c9261ed4361f59422a1e30036e7c32b270c8807a419feca605023";
    private static final String P256_R =
            "2ba3a8be6b94d5ec80a6d9d1190a436effe50d85a1eee859b8cc6af9bd5c2e18";
    private static final String P256_S =
            "4cd60b855d442f5b3c7b11eb6c4e0ae7525fe710fab9aa7c77a67f79e6fadd76";
    private static final String P256_X =
            "2927b10512bae3eddcfe467828128bad2903269919f7086069c8c4df6c732838";
    private static final String P256_Y =
            "c7787964eaac00e5921fb1498a60f4606766b3d9685001558d1a974e7341513e";

    @Test
    void eachForkHasItsContracts() {
        assertThat(Precompiles.forFork(Fork.HOMESTEAD).at(Address.ofNumber(5))).isNull();
        assertThat(Precompiles.forFork(Fork.BYZANTIUM).at(Address.ofNumber(5))).isNotNull();
        assertThat(Precompiles.forFork(Fork.BYZANTIUM).at(Address.ofNumber(9))).isNull();
        assertThat(Precompiles.forFork(Fork.PRAGUE).at(Address.ofNumber(0x100))).isNull();
        assertThat(Precompiles.forFork(Fork.OSAKA).at(Address.ofNumber(0x100))).isNotNull();
    }

    @Seeds(20)
    void recoversTheSigner(RandomGenerator random) {
        byte[] secret = new byte[32];
        random.nextBytes(secret);
        secret[0] &= 0x7f;
        SecretKey key = SecretKey.of(secret);
        Hash digest = Keccak.hash256(secret);
        Signature signature = Secp256k1.sign(digest, key);
        byte[] input = new byte[128];
        digest.writeTo(input, 0);
        input[63] = (byte) (27 + signature.yParity());
        signature.r().writeTo(input, 64);
        signature.s().writeTo(input, 96);
        Bytes address = Bytes.wrap(key.address().toWord().toArray());
        assertThat(call(1, Fork.OSAKA, input)).isEqualTo(address);

        byte[] highS = input.clone();
        Signature.CURVE_ORDER.subtract(signature.s()).writeTo(highS, 96);
        highS[63] ^= 27 ^ 28;
        assertThat(call(1, Fork.OSAKA, highS)).isEqualTo(address);

        byte[] otherParity = input.clone();
        otherParity[63] ^= 27 ^ 28;
        assertThat(call(1, Fork.OSAKA, otherParity)).isNotEqualTo(address);
        byte[] wideParity = input.clone();
        wideParity[32] = 1;
        assertThat(call(1, Fork.OSAKA, wideParity)).isEqualTo(Bytes.EMPTY);
        byte[] largeS = input.clone();
        Signature.CURVE_ORDER.writeTo(largeS, 96);
        assertThat(call(1, Fork.OSAKA, largeS)).isEqualTo(Bytes.EMPTY);
        assertThat(call(1, Fork.OSAKA, new byte[0])).isEqualTo(Bytes.EMPTY);
    }

    @Test
    void hashesAndCopies() {
        byte[] abc = "abc".getBytes(US_ASCII);
        assertThat(call(2, Fork.FRONTIER, abc))
                .hasToString("0xba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assertThat(call(3, Fork.FRONTIER, abc))
                .hasToString("0x0000000000000000000000008eb208f7e05d987a9b044a8e98c6b087f15a0bfc");
        assertThat(call(4, Fork.FRONTIER, abc)).isEqualTo(Bytes.wrap(abc));
    }

    @Test
    void hashesCostByStartedWord() {
        for (int size : new int[] {0, 1, 32, 33}) {
            byte[] input = new byte[size];
            int words = (size + 31) / 32;
            assertThat(at(2, Fork.OSAKA).gas(input, Fork.OSAKA)).isEqualTo(60 + 12 * words);
            assertThat(at(3, Fork.OSAKA).gas(input, Fork.OSAKA)).isEqualTo(600 + 120 * words);
            assertThat(at(4, Fork.OSAKA).gas(input, Fork.OSAKA)).isEqualTo(15 + 3 * words);
        }
    }

    @Test
    void blakeTakesExactlyItsLengthAndABooleanFlag() {
        byte[] input = new byte[213];
        input[3] = 12;
        assertThat(at(9, Fork.ISTANBUL).gas(input, Fork.ISTANBUL)).isEqualTo(12);
        assertThat(call(9, Fork.ISTANBUL, input)).isNotNull();
        input[0] = (byte) 0xff;
        assertThat(at(9, Fork.ISTANBUL).gas(input, Fork.ISTANBUL)).isEqualTo(0xff00000cL);
        input[0] = 0;
        input[212] = 2;
        assertThat(call(9, Fork.ISTANBUL, input)).isNull();
        assertThat(call(9, Fork.ISTANBUL, new byte[212])).isNull();
        assertThat(call(9, Fork.ISTANBUL, new byte[214])).isNull();
    }

    @Test
    void verifiesP256AndAnswersFlawsWithNothing() {
        Bytes one = Bytes.wrap(Hex.decode(word(1)));
        assertThat(call(0x100, Fork.OSAKA, P256_DIGEST, P256_R, P256_S, P256_X, P256_Y))
                .isEqualTo(one);
        assertThat(call(0x100, Fork.OSAKA, P256_DIGEST, P256_S, P256_R, P256_X, P256_Y))
                .isEqualTo(Bytes.EMPTY);
        assertThat(call(0x100, Fork.OSAKA, P256_DIGEST, P256_R, P256_S, P256_Y, P256_X))
                .isEqualTo(Bytes.EMPTY);
        assertThat(call(0x100, Fork.OSAKA, P256_DIGEST, P256_R, P256_S, word(0), word(0)))
                .isEqualTo(Bytes.EMPTY);
        assertThat(call(0x100, Fork.OSAKA, P256_DIGEST, word(0), P256_S, P256_X, P256_Y))
                .isEqualTo(Bytes.EMPTY);
        assertThat(call(0x100, Fork.OSAKA, P256_DIGEST, P256_R, P256_S, P256_X, P256_Y, "00"))
                .isEqualTo(Bytes.EMPTY);
    }
}
