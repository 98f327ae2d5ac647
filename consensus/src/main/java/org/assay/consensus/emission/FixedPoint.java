package org.assay.consensus.emission;

import java.math.BigInteger;

/// Exact integer arithmetic on fractions with 128 (Q.128) or 256 (Q.256) binary digits, rounding
/// down.
final class FixedPoint {
    static final int Q128 = 128;
    static final BigInteger ONE_128 = BigInteger.ONE.shiftLeft(Q128);
    static final int Q256 = 256;

    /// e^-x as a quotient of polynomials: the coefficients of Filecoin's `expneg`, highest power
    /// first, in Q.128.
    private static final BigInteger[] NUMERATOR =
            numbers(
                    "-648770010757830093818553637600",
                    "67469480939593786226847644286976",
                    "-3197587544499098424029388939001856",
                    "89244641121992890118377641805348864",
                    "-1579656163641440567800982336819953664",
                    "17685496037279256458459817590917169152",
                    "-115682590513835356866803355398940131328",
                    "340282366920938463463374607431768211456");

    private static final BigInteger[] DENOMINATOR =
            numbers(
                    "1225524182432722209606361",
                    "114095592300906098243859450",
                    "5665570424063336070530214243",
                    "194450132448609991765137938448",
                    "5068267641632683791026134915072",
                    "104716890604972796896895427629056",
                    "1748338658439454459487681798864896",
                    "23704654329841312470660182937960448",
                    "259380097567996910282699886670381056",
                    "2250336698853390384720606936038375424",
                    "14978272436876548034486263159246028800",
                    "72144088983913131323343765784380833792",
                    "224599776407103106596571252037123047424",
                    "340282366920938463463374607431768211456");

    private FixedPoint() {}

    private static BigInteger[] numbers(String... digits) {
        BigInteger[] numbers = new BigInteger[digits.length];
        for (int i = 0; i < digits.length; i++) {
            numbers[i] = new BigInteger(digits[i]);
        }
        return numbers;
    }

    /// e^-x for `x` ≥ 0 in Q.128, as builtin-actors `expneg` computes it: off by less than
    /// 3.4e-30 below 1.725 and by less than 4.6e-15 below 5.
    static BigInteger expNegative(BigInteger x) {
        return floorDivide(polynomial(NUMERATOR, x).shiftLeft(Q128), polynomial(DENOMINATOR, x));
    }

    private static BigInteger polynomial(BigInteger[] coefficients, BigInteger x) {
        BigInteger value = coefficients[0];
        for (int i = 1; i < coefficients.length; i++) {
            value = value.multiply(x).shiftRight(Q128).add(coefficients[i]);
        }
        return value;
    }

    /// `base^exponent` with `bits` binary digits by binary powering from the lowest bit, each
    /// product rounded down; O(log exponent).
    static BigInteger power(BigInteger base, BigInteger exponent, int bits) {
        BigInteger result = BigInteger.ONE.shiftLeft(bits);
        BigInteger square = base;
        for (int bit = 0; bit < exponent.bitLength() && result.signum() > 0; bit++) {
            if (exponent.testBit(bit)) {
                result = result.multiply(square).shiftRight(bits);
            }
            square = square.multiply(square).shiftRight(bits);
        }
        return result;
    }

    /// Rounds towards minus infinity, where [BigInteger#divide] rounds towards zero.
    static BigInteger floorDivide(BigInteger dividend, BigInteger divisor) {
        BigInteger[] parts = dividend.divideAndRemainder(divisor);
        return parts[1].signum() != 0 && parts[1].signum() != divisor.signum()
                ? parts[0].subtract(BigInteger.ONE)
                : parts[0];
    }

    /// Σ floor((factor·i + offset) / divisor) over 0 ≤ i < count, all ≥ 0, in O(log) steps (the
    /// Euclidean descent that counts lattice points under a line).
    static BigInteger floorSum(
            BigInteger count, BigInteger divisor, BigInteger factor, BigInteger offset) {
        BigInteger sum = BigInteger.ZERO;
        BigInteger n = count;
        BigInteger m = divisor;
        BigInteger a = factor;
        BigInteger b = offset;
        while (n.signum() > 0) {
            BigInteger[] slope = a.divideAndRemainder(m);
            BigInteger[] base = b.divideAndRemainder(m);
            sum =
                    sum.add(n.multiply(n.subtract(BigInteger.ONE)).shiftRight(1).multiply(slope[0]))
                            .add(n.multiply(base[0]));
            BigInteger height = slope[1].multiply(n).add(base[1]);
            if (height.compareTo(m) < 0) {
                break;
            }
            n = height.divide(m);
            b = height.mod(m);
            a = m;
            m = slope[1];
        }
        return sum;
    }
}
