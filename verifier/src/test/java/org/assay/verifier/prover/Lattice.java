package org.assay.verifier.prover;

import java.math.BigInteger;
import java.util.Arrays;
import org.assay.verifier.cpu.Extension;
import org.assay.verifier.cpu.ExtensionVector;
import org.assay.verifier.cpu.Field;

/// What a forger does once r is public: a short integer vector e ≠ 0 with Σ e_j·r_j = 0 in K, by
/// LLL reduction of the lattice of all such e.
final class Lattice {
    private static final BigInteger P = BigInteger.valueOf(Field.P);

    private final BigInteger[][] basis;
    private final double[][] orthogonal;
    private final double[][] mu;
    private final double[] norms;

    private Lattice(BigInteger[][] basis) {
        this.basis = basis;
        this.orthogonal = new double[basis.length][basis.length];
        this.mu = new double[basis.length][basis.length];
        this.norms = new double[basis.length];
    }

    /// The shortest vector found over the first `terms` elements of r, zero after them.
    static int[] shortRelation(ExtensionVector r, int terms) {
        BigInteger[][] basis = new BigInteger[terms][terms];
        for (BigInteger[] row : basis) {
            Arrays.fill(row, BigInteger.ZERO);
        }
        basis[0][0] = P;
        basis[1][1] = P;
        // r_j = a·r_0 + b·r_1 over F, so e_j = 1 needs e_0 = −a, e_1 = −b mod p.
        Extension r0 = r.get(0);
        Extension r1 = r.get(1);
        BigInteger determinant =
                value(r0.re())
                        .multiply(value(r1.im()))
                        .subtract(value(r1.re()).multiply(value(r0.im())));
        BigInteger inverse = determinant.modInverse(P);
        for (int j = 2; j < terms; j++) {
            Extension rj = r.get(j);
            BigInteger a =
                    value(rj.re())
                            .multiply(value(r1.im()))
                            .subtract(value(r1.re()).multiply(value(rj.im())));
            BigInteger b =
                    value(r0.re())
                            .multiply(value(rj.im()))
                            .subtract(value(rj.re()).multiply(value(r0.im())));
            basis[j][0] = a.negate().multiply(inverse).mod(P);
            basis[j][1] = b.negate().multiply(inverse).mod(P);
            basis[j][j] = BigInteger.ONE;
        }
        Lattice lattice = new Lattice(basis);
        lattice.reduce();
        BigInteger[] shortest = lattice.shortest();
        int[] e = new int[r.size()];
        for (int j = 0; j < terms; j++) {
            e[j] = shortest[j].intValueExact();
        }
        return e;
    }

    private static BigInteger value(long element) {
        return BigInteger.valueOf(element);
    }

    /// LLL with exact vectors and Gram–Schmidt in doubles, recomputed after every change.
    private void reduce() {
        orthogonalise(0);
        int k = 1;
        while (k < basis.length) {
            for (int j = k - 1; j >= 0; j--) {
                if (Math.abs(mu[k][j]) > 0.501) {
                    subtract(k, j, BigInteger.valueOf(Math.round(mu[k][j])));
                    orthogonalise(k);
                }
            }
            if (norms[k] >= (0.99 - mu[k][k - 1] * mu[k][k - 1]) * norms[k - 1]) {
                k++;
            } else {
                BigInteger[] swap = basis[k];
                basis[k] = basis[k - 1];
                basis[k - 1] = swap;
                orthogonalise(k - 1);
                k = Math.max(1, k - 1);
            }
        }
    }

    private void subtract(int k, int j, BigInteger times) {
        for (int i = 0; i < basis.length; i++) {
            basis[k][i] = basis[k][i].subtract(times.multiply(basis[j][i]));
        }
    }

    private void orthogonalise(int from) {
        for (int i = from; i < basis.length; i++) {
            double[] row = new double[basis.length];
            for (int c = 0; c < row.length; c++) {
                row[c] = basis[i][c].doubleValue();
            }
            double[] rest = row.clone();
            for (int j = 0; j < i; j++) {
                mu[i][j] = dot(rest, orthogonal[j]) / norms[j];
                for (int c = 0; c < row.length; c++) {
                    rest[c] -= mu[i][j] * orthogonal[j][c];
                }
            }
            orthogonal[i] = rest;
            norms[i] = dot(rest, rest);
        }
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    private BigInteger[] shortest() {
        BigInteger[] best = basis[0];
        for (BigInteger[] row : basis) {
            best = length(row).compareTo(length(best)) < 0 ? row : best;
        }
        return best;
    }

    private static BigInteger length(BigInteger[] row) {
        BigInteger sum = BigInteger.ZERO;
        for (BigInteger value : row) {
            sum = sum.add(value.multiply(value));
        }
        return sum;
    }
}
