package org.assay.app.proof;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.crypto.SecretKey;
import org.assay.verifier.JobFacts;
import org.assay.verifier.Leaf;
import org.assay.verifier.Mixes;
import org.assay.verifier.MlpModel;
import org.assay.verifier.ProofRules;
import org.assay.verifier.ProofTask;
import org.assay.verifier.Verifier;
import org.assay.verifier.prover.Digits;
import org.assay.verifier.prover.Fault;
import org.assay.verifier.prover.ProverRun;

/// How often a provider that fakes a share of its rows escapes an audit of 16 cells, beside
/// (1 - share)^16 of PROOFS section 5: the digit classifier over many beacons.
final class DetectionBench {
    private static final int ROWS = 300;
    private static final int BEACONS = 1000;
    private static final int[] FAKED_PERMILLE = {50, 100, 500};

    /// What a rate over this many beacons may stray by, in standard deviations.
    private static final int DEVIATIONS = 4;

    private DetectionBench() {}

    /// A row for each share: the rate that escaped, what is expected, and whether they agree.
    static Map<String, Object> table() {
        byte[] secret = new byte[32];
        secret[31] = 1;
        SecretKey key = SecretKey.of(secret);
        MlpModel model = Digits.model();
        Bytes images = Digits.images(0, ROWS);
        Hash root = Leaf.inputTree(images, Digits.IMAGE_BYTES).root();
        Hash template = model.template().templateId();
        JobFacts job = new JobFacts(1, Hash.ZERO, key.address(), template, root, ROWS, ROWS, 0, 1);
        ProofRules rules = new ProofRules(16, 10, ProofRules.AUDIT_ALWAYS, 1 << 12, 1 << 24);
        ProverRun.Work work = new ProverRun.Work(model, job, images, rules);
        Verifier verifier = new Verifier(rules);
        Map<String, Object> rows = new LinkedHashMap<>();
        for (int permille : FAKED_PERMILLE) {
            ProverRun run =
                    ProverRun.run(work, key, new Fault(Fault.Kind.SKIPPED, permille, permille));
            RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(permille);
            int escaped = 0;
            for (int i = 0; i < BEACONS; i++) {
                byte[] beacon = new byte[Hash.SIZE];
                random.nextBytes(beacon);
                Mixes mixes = new Mixes(Hash.of(beacon), Hash.ZERO, Hash.ZERO);
                ProverRun.Opened opened = run.open(mixes.cells(), key);
                ProofTask task =
                        new ProofTask(
                                job, run.commit(), opened.open(), opened.sidecar(), mixes, model);
                escaped += verifier.verify(task).pass() ? 1 : 0;
            }
            rows.put("faked_" + permille / 10 + "_percent", row(permille, escaped));
        }
        return rows;
    }

    /// Rows are faked one by one with the given chance, so that their true share strays as well:
    /// by at most 0.03 in what escapes.
    private static Map<String, Object> row(int permille, int escaped) {
        double expected = Math.pow(1 - permille / 1000.0, 16);
        double rate = (double) escaped / BEACONS;
        double error = DEVIATIONS * Math.sqrt(expected * (1 - expected) / BEACONS) + 0.03;
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("escaped", rate);
        row.put("expected", Double.parseDouble("%.4g".formatted(expected)));
        row.put("beacons", BEACONS);
        row.put("within_error", Math.abs(rate - expected) <= error);
        return row;
    }
}
