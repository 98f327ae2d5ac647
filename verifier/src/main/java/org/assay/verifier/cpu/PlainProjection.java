package org.assay.verifier.cpu;

/// The normative projection: 64-bit integers on two limbs a lane. |int8·limb| < 2^38, so a long
/// takes 2^24 terms, far above any row's, before it is reduced.
public final class PlainProjection implements Projection {
    private static final int TERMS_MAX = 1 << 24;
    private static final long LIMB_MASK = (1L << ExtensionVector.LIMB_BITS) - 1;

    @Override
    public Extension dot(byte[] a, int offset, ExtensionVector r) {
        if (r.size() > TERMS_MAX) {
            throw new IllegalArgumentException("too many terms: " + r.size());
        }
        long reLow = 0;
        long reHigh = 0;
        long imLow = 0;
        long imHigh = 0;
        for (int j = 0; j < r.size(); j++) {
            long factor = a[offset + j];
            reLow += factor * (r.re(j) & LIMB_MASK);
            reHigh += factor * (r.re(j) >>> ExtensionVector.LIMB_BITS);
            imLow += factor * (r.im(j) & LIMB_MASK);
            imHigh += factor * (r.im(j) >>> ExtensionVector.LIMB_BITS);
        }
        return new Extension(join(reLow, reHigh), join(imLow, imHigh));
    }

    static long join(long low, long high) {
        return Field.add(
                Field.reduce(low), Field.shiftLeft(Field.reduce(high), ExtensionVector.LIMB_BITS));
    }
}
