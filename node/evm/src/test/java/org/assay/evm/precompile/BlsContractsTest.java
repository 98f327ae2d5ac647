package org.assay.evm.precompile;

import static org.assay.evm.precompile.Contracts.at;
import static org.assay.evm.precompile.Contracts.call;
import static org.assay.evm.precompile.Contracts.succeed;
import static org.assay.evm.precompile.Contracts.word;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.random.RandomGenerator;
import org.assay.evm.Fork;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hex;
import org.assay.testkit.Seeds;
import org.junit.jupiter.api.Test;

final class BlsContractsTest {
    private static final Fork FORK = Fork.PRAGUE;
    private static final int G1_ADD = 0x0b;
    private static final int G1_MSM = 0x0c;
    private static final int G2_ADD = 0x0d;
    private static final int G2_MSM = 0x0e;
    private static final int PAIRING = 0x0f;
    private static final int MAP_FP_TO_G1 = 0x10;
    private static final int MAP_FP2_TO_G2 = 0x11;

    private static final BigInteger P =
            new BigInteger(
                    "1a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf"
                            + "6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffaaab",
                    16);
    private static final BigInteger ORDER =
            new BigInteger("73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001", 16);

    private static final String G1 =
            fp(
                            "17f1d3a73197d7942695638c4fa9ac0fc3688c4f9774b905"
                                    + "a14e3a3f171bac586c55e83ff97a1aeffb3af00adb22c6bb")
                    + fp(
                            "08b3f481e3aaa0f1a09e30ed741d8ae4fcf5e095d5d00af6"
                                    + "00db18cb2c04b3edd03cc744a2888ae40caa232946c5e7e1");
    private static final String G2 =
            fp(
                            "024aa2b2f08f0a91260805272dc51051c6e47ad4fa403b02"
                                    + "b4510b647ae3d1770bac0326a805bbefd48056c8c121bdb8")
                    + fp(
                            "13e02b6052719f607dacd3a088274f65596bd0d09920b61a"
                                    + "b5da61bbdc7f5049334cf11213945d57e5ac7d055d042b7e")
                    + fp(
                            "0ce5d527727d6e118cc9cdc6da2e351aadfd9baa8cbdd3a7"
                                    + "6d429a695160d12c923ac9cc3baca289e193548608b82801")
                    + fp(
                            "0606c4a02ea734cc32acd2b02bc28b99cb3e287e85a763af"
                                    + "267492ab572e99ab3f370d275cec1da1aaa9075ff05f79be");
    private static final String G1_INFINITY = "00".repeat(128);
    private static final String G2_INFINITY = "00".repeat(256);

    /// On the curve y² = x³ + 4, of order three: not in the subgroup.
    private static final String G1_ORDER_THREE = fp("0") + fp("2");

    private static String fp(String digits) {
        return "0".repeat(128 - digits.length()) + digits;
    }

    private static String fp(BigInteger value) {
        return fp(value.toString(16));
    }

    private static String word256(BigInteger value) {
        return "%064x".formatted(value);
    }

    private static BigInteger scalar(RandomGenerator random) {
        byte[] bytes = new byte[32];
        random.nextBytes(bytes);
        return switch (random.nextInt(6)) {
            case 0 -> BigInteger.valueOf(random.nextInt(3));
            case 1 -> ORDER.add(BigInteger.valueOf(random.nextInt(3) - 1));
            default -> new BigInteger(1, bytes);
        };
    }

    private static String digits(Bytes bytes) {
        return Hex.encodeBare(bytes.toArray());
    }

    private static String g1(BigInteger scalar) {
        return digits(succeed(G1_MSM, FORK, G1, word256(scalar)));
    }

    private static String g2(BigInteger scalar) {
        return digits(succeed(G2_MSM, FORK, G2, word256(scalar)));
    }

    @Seeds(20)
    void sumsOfProductsAreLinear(RandomGenerator random) {
        BigInteger a = scalar(random);
        BigInteger b = scalar(random);
        BigInteger c = scalar(random);
        String points = g1(a) + word256(b) + g1(c) + word256(c) + G1_INFINITY + word256(a);
        String expected = g1(a.multiply(b).add(c.multiply(c)).mod(ORDER));
        assertThat(digits(succeed(G1_MSM, FORK, points))).isEqualTo(expected);
        assertThat(digits(succeed(G1_ADD, FORK, g1(a), g1(b)))).isEqualTo(g1(a.add(b).mod(ORDER)));
        assertThat(digits(succeed(G1_ADD, FORK, g1(a), g1(a))))
                .isEqualTo(g1(a.shiftLeft(1).mod(ORDER)));
        String twist = g2(a) + word256(b) + g2(c) + word256(c);
        assertThat(digits(succeed(G2_MSM, FORK, twist)))
                .isEqualTo(g2(a.multiply(b).add(c.multiply(c)).mod(ORDER)));
        assertThat(digits(succeed(G2_ADD, FORK, g2(a), g2(b)))).isEqualTo(g2(a.add(b).mod(ORDER)));
    }

    @Seeds(5)
    void pairingIsBilinear(RandomGenerator random) {
        BigInteger a = scalar(random);
        BigInteger b = scalar(random);
        BigInteger product = a.multiply(b).negate().mod(ORDER);
        assertThat(succeed(PAIRING, FORK, g1(a), g2(b), g1(product), G2))
                .hasToString("0x" + word(1));
        assertThat(succeed(PAIRING, FORK, g1(a), g2(b), g1(product.add(BigInteger.ONE)), G2))
                .hasToString("0x" + word(0));
    }

    @Test
    void infinityIsNeutral() {
        assertThat(digits(succeed(G1_ADD, FORK, G1, G1_INFINITY))).isEqualTo(G1);
        assertThat(digits(succeed(G2_ADD, FORK, G2_INFINITY, G2))).isEqualTo(G2);
        assertThat(digits(succeed(G1_MSM, FORK, G1, word256(ORDER)))).isEqualTo(G1_INFINITY);
        assertThat(succeed(PAIRING, FORK, G1_INFINITY, G2)).hasToString("0x" + word(1));
        assertThat(succeed(PAIRING, FORK, G1, G2)).hasToString("0x" + word(0));
    }

    @Test
    void onlyAdditionTakesPointsOutsideTheSubgroup() {
        assertThat(call(G1_ADD, FORK, G1_ORDER_THREE, G1)).isNotNull();
        assertThat(call(G1_MSM, FORK, G1_ORDER_THREE, word(1))).isNull();
        assertThat(call(G1_MSM, FORK, G1_ORDER_THREE, word(0))).isNull();
        assertThat(call(PAIRING, FORK, G1_ORDER_THREE, G2)).isNull();
        assertThat(call(PAIRING, FORK, G1_ORDER_THREE, G2_INFINITY)).isNull();
        String negative = fp("0") + fp(P.subtract(BigInteger.TWO));
        assertThat(digits(succeed(G1_ADD, FORK, G1_ORDER_THREE, G1_ORDER_THREE)))
                .isEqualTo(negative);
        assertThat(digits(succeed(G1_ADD, FORK, G1_ORDER_THREE, negative))).isEqualTo(G1_INFINITY);
    }

    @Test
    void refusesWhatIsNotAPoint() {
        assertThat(call(G1_ADD, FORK, fp("0") + fp("3"), G1)).isNull();
        assertThat(call(G1_ADD, FORK, fp(P) + fp("2"), G1)).isNull();
        assertThat(call(G1_ADD, FORK, fp("0") + fp(P.add(BigInteger.TWO)), G1)).isNull();
        String paddingUsed = "01" + G1.substring(2);
        assertThat(call(G1_ADD, FORK, paddingUsed, G1)).isNull();
        assertThat(call(G2_ADD, FORK, fp("0") + fp("0") + fp("2") + fp("0"), G2)).isNull();
        assertThat(call(MAP_FP_TO_G1, FORK, fp(P.subtract(BigInteger.ONE)))).isNotNull();
        assertThat(call(MAP_FP_TO_G1, FORK, fp(P))).isNull();
        assertThat(call(MAP_FP2_TO_G2, FORK, fp("0"), fp(P.subtract(BigInteger.ONE)))).isNotNull();
        assertThat(call(MAP_FP2_TO_G2, FORK, fp("0"), fp(P))).isNull();
    }

    @Test
    void refusesOtherLengthsAndNoItems() {
        int[] sizes = {256, 160, 512, 288, 384, 64, 128};
        for (int i = 0; i < sizes.length; i++) {
            int number = G1_ADD + i;
            assertThat(call(number, FORK, new byte[sizes[i]])).isNotNull();
            assertThat(call(number, FORK, new byte[sizes[i] - 1])).isNull();
            assertThat(call(number, FORK, new byte[sizes[i] + 1])).isNull();
            assertThat(call(number, FORK, new byte[0])).isNull();
        }
    }

    @Test
    void sumsOfProductsCostLessByNumber() {
        assertThat(at(G1_MSM, FORK).gas(new byte[160], FORK)).isEqualTo(12_000);
        assertThat(at(G1_MSM, FORK).gas(new byte[320], FORK)).isEqualTo(22_776);
        assertThat(at(G1_MSM, FORK).gas(new byte[128 * 160], FORK))
                .isEqualTo(128L * 12_000 * 519 / 1000);
        assertThat(at(G1_MSM, FORK).gas(new byte[1000 * 160], FORK))
                .isEqualTo(1000L * 12_000 * 519 / 1000);
        assertThat(at(G2_MSM, FORK).gas(new byte[1000 * 288], FORK))
                .isEqualTo(1000L * 22_500 * 524 / 1000);
    }

    @Test
    void evaluationOfTheZeroPolynomialIsZeroEverywhere() {
        String infinity = "c0" + "00".repeat(47);
        String hash = "010657f37554c781402a22917dee2f75def7ab966d7b770905398eba3c444014";
        String z = word256(ORDER.subtract(BigInteger.ONE));
        assertThat(call(0x0a, Fork.CANCUN, hash, z, word(0), infinity, infinity))
                .hasToString("0x" + word(4096) + word256(ORDER));
        assertThat(call(0x0a, Fork.CANCUN, hash, z, word(1), infinity, infinity)).isNull();
        assertThat(call(0x0a, Fork.CANCUN, hash, word256(ORDER), word(0), infinity, infinity))
                .isNull();
        String otherHash = "00" + hash.substring(2);
        assertThat(call(0x0a, Fork.CANCUN, otherHash, z, word(0), infinity, infinity)).isNull();
        String notAPoint = "80" + "00".repeat(47);
        assertThat(call(0x0a, Fork.CANCUN, hash, z, word(0), infinity, notAPoint)).isNull();
        assertThat(call(0x0a, Fork.CANCUN, hash, z, word(0), infinity, infinity, "00")).isNull();
    }
}
