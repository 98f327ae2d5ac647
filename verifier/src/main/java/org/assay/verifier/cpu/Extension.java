package org.assay.verifier.cpu;

/// An element `re + im·i` of K = F(i), i² = −1; both parts in `[0, p)`.
public record Extension(long re, long im) {
    public static final Extension ZERO = new Extension(0, 0);
    public static final Extension ONE = new Extension(1, 0);

    public Extension add(Extension other) {
        return new Extension(Field.add(re, other.re), Field.add(im, other.im));
    }

    public Extension subtract(Extension other) {
        return new Extension(Field.subtract(re, other.re), Field.subtract(im, other.im));
    }

    public Extension multiply(Extension other) {
        return new Extension(
                Field.subtract(Field.multiply(re, other.re), Field.multiply(im, other.im)),
                Field.add(Field.multiply(re, other.im), Field.multiply(im, other.re)));
    }
}
