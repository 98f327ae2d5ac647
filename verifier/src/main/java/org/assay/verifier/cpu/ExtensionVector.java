package org.assay.verifier.cpu;

/// A fixed-size vector over K. Elements are set while it is built; [#prepared] then freezes it
/// into the forms the projections read. Owned by one thread until prepared, shared and read-only
/// after.
public final class ExtensionVector {
    /// Bits of the low limb: an element is `low + 2^31·high`, low < 2^31, high < 2^30.
    static final int LIMB_BITS = 31;

    private static final long LIMB_MASK = (1L << LIMB_BITS) - 1;

    private final long[] re;
    private final long[] im;
    private double[][] limbs = new double[0][];

    public ExtensionVector(int size) {
        re = new long[size];
        im = new long[size];
    }

    public int size() {
        return re.length;
    }

    public Extension get(int index) {
        return new Extension(re[index], im[index]);
    }

    public void set(int index, long rePart, long imPart) {
        re[index] = rePart;
        im[index] = imPart;
    }

    long re(int index) {
        return re[index];
    }

    long im(int index) {
        return im[index];
    }

    /// Computes the limbs; call once, after the last `set`.
    public ExtensionVector prepared() {
        double[][] split = new double[4][re.length];
        for (int i = 0; i < re.length; i++) {
            split[0][i] = re[i] & LIMB_MASK;
            split[1][i] = re[i] >>> LIMB_BITS;
            split[2][i] = im[i] & LIMB_MASK;
            split[3][i] = im[i] >>> LIMB_BITS;
        }
        limbs = split;
        return this;
    }

    /// re low, re high, im low, im high as exact doubles; empty before [#prepared].
    double[][] limbs() {
        return limbs;
    }

    /// The SIG16 right-hand side, `[size, 16]` row-major: column 8·lane + digit, lane 0 = re.
    public byte[] digits() {
        byte[] digits = new byte[Math.multiplyExact(re.length, Digits.PER_EXTENSION)];
        for (int i = 0; i < re.length; i++) {
            Digits.write(re[i], digits, i * Digits.PER_EXTENSION);
            Digits.write(im[i], digits, i * Digits.PER_EXTENSION + Digits.PER_ELEMENT);
        }
        return digits;
    }
}
