package org.assay.verifier.prover;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.crypto.SecretKey;
import org.assay.testkit.Seeds;
import org.assay.verifier.CellId;
import org.assay.verifier.Commit;
import org.assay.verifier.JobFacts;
import org.assay.verifier.Leaf;
import org.assay.verifier.Mixes;
import org.assay.verifier.MlpTrace;
import org.assay.verifier.Open;
import org.assay.verifier.ProofTask;
import org.assay.verifier.Reason;
import org.assay.verifier.Scene;
import org.assay.verifier.Verifier;
import org.junit.jupiter.api.Test;

/// Whatever is changed in a proof, by a stranger in transit or by the provider that signs it, is
/// refused with the reason that names what was changed.
class MutationTest {
    private static final int ROWS = 40;

    private final Verifier verifier = new Verifier(Scene.RULES);
    private final Scene scene = Scene.of(ROWS, 5);
    private final MlpRun run = (MlpRun) scene.run(Fault.NONE);
    private final ProofTask honest = task(run);

    private ProofTask task(MlpRun prover) {
        ProverRun.Opened opened = prover.open(scene.mixes().cells(), scene.key());
        return task(prover.commit(), opened.open(), opened.sidecar());
    }

    private ProofTask task(Commit commit, Open open, Bytes sidecar) {
        return new ProofTask(scene.job(), commit, open, sidecar, scene.mixes(), scene.model());
    }

    /// The honest commit with another sidecar, opened with the provider's own signature.
    private ProofTask resigned(byte[] sidecar) {
        Bytes bytes = Bytes.of(sidecar);
        Open open =
                Open.sign(
                        honest.commit().commitId(),
                        honest.open().cells(),
                        bytes.size(),
                        Leaf.sidecarRoot(bytes),
                        scene.key());
        return task(honest.commit(), open, bytes);
    }

    private Reason verify(ProofTask task) {
        return verifier.verify(task).reason();
    }

    @Test
    void honestProofPasses() {
        assertThat(verify(honest)).isEqualTo(Reason.NONE);
    }

    @Test
    void everyBitOfACommitAndAnOpenCounts() {
        Set<Reason> allowed = EnumSet.of(Reason.REPLAYED, Reason.BAD_ENCODING);
        byte[] commit = honest.commit().encode().toArray();
        for (int bit = 0; bit < 8 * Commit.SIZE; bit++) {
            Optional<Commit> changed = Commit.decode(flipped(commit, bit));
            changed.ifPresent(
                    value ->
                            assertThat(verify(task(value, honest.open(), honest.sidecar())))
                                    .isIn(allowed));
        }
        byte[] open = honest.open().encode().toArray();
        Set<Reason> openAllowed =
                EnumSet.of(Reason.REPLAYED, Reason.BAD_ENCODING, Reason.BAD_CELLS);
        for (int bit = 0; bit < 8 * Open.SIZE; bit++) {
            Optional<Open> changed = Open.decode(flipped(open, bit));
            changed.ifPresent(
                    value ->
                            assertThat(verify(task(honest.commit(), value, honest.sidecar())))
                                    .isIn(openAllowed));
        }
    }

    private static Bytes flipped(byte[] bytes, int bit) {
        byte[] changed = bytes.clone();
        changed[bit / 8] ^= (byte) (1 << (bit % 8));
        return Bytes.wrap(changed);
    }

    @Test
    void roundTripsAndRefusesOtherLengths() {
        Bytes commit = honest.commit().encode();
        Bytes open = honest.open().encode();
        assertThat(Commit.decode(commit)).contains(honest.commit());
        assertThat(Open.decode(open)).contains(honest.open());
        assertThat(Commit.decode(commit.slice(0, 280))).isEmpty();
        assertThat(Commit.decode(commit.concat(Bytes.of((byte) 0)))).isEmpty();
        assertThat(Open.decode(open.slice(0, 134))).isEmpty();
        assertThat(Open.decode(open.concat(Bytes.of((byte) 0)))).isEmpty();
    }

    @Seeds(300)
    void bytesChangedInTransitAreBadRoot(RandomGenerator random) {
        byte[] sidecar = honest.sidecar().toArray();
        sidecar[random.nextInt(sidecar.length)] ^= (byte) (1 << random.nextInt(8));
        assertThat(verify(task(honest.commit(), honest.open(), Bytes.wrap(sidecar))))
                .isEqualTo(Reason.BAD_ROOT);
    }

    /// A region of the sidecar and what a provider's change to it must be called.
    private record Region(String name, int from, int to, Set<Reason> reasons) {}

    private List<Region> regions() {
        MlpTrace trace = new MlpTrace(scene.model().template(), ROWS);
        List<Region> regions = new ArrayList<>();
        regions.add(region("answers", 0, ROWS, Reason.BAD_OUTPUT));
        regions.add(region("answers' proof", ROWS, trace.headSize(), Reason.BAD_PATH));
        int at = trace.headSize();
        for (CellId cell : run.cells(scene.mixes().cells())) {
            int body = at + CellId.FRAME_SIZE;
            boolean image = cell.layer() == 0;
            regions.add(region("name", at, at + 12, Reason.BAD_CELLS));
            regions.add(region("len", at + 12, body, Reason.BAD_ENCODING));
            Reason first = image ? Reason.BAD_INPUT : Reason.BAD_PATH;
            regions.add(region("x", body, body + trace.planesAt(cell), first));
            regions.add(
                    region(
                            "planes",
                            body + trace.planesAt(cell),
                            body + trace.resultAt(cell),
                            Reason.BAD_ROW,
                            Reason.BAD_ENCODING));
            int result = body + trace.resultAt(cell);
            int proof = body + trace.bodySize(cell);
            int input = proof + trace.proofSize(cell);
            regions.add(region("result", result, proof, Reason.BAD_PATH));
            regions.add(region("proof", proof, input, Reason.BAD_PATH));
            at = body + trace.size(cell);
            if (image) {
                regions.add(region("input proof", input, at, Reason.BAD_INPUT));
            }
        }
        assertThat(at).isEqualTo(honest.sidecar().size());
        return regions;
    }

    private static Region region(String name, int from, int to, Reason... reasons) {
        return new Region(name, from, to, Set.of(reasons));
    }

    @Seeds(12)
    void bytesTheProviderChangesAreNamed(RandomGenerator random) {
        for (Region region : regions()) {
            byte[] sidecar = honest.sidecar().toArray();
            int at = region.from + random.nextInt(region.to - region.from);
            sidecar[at] ^= (byte) (1 << random.nextInt(8));
            assertThat(verify(resigned(sidecar)))
                    .as(region.name + " at " + at)
                    .isIn(region.reasons);
        }
    }

    @Seeds(50)
    void truncatedAndExtendedSidecarsAreBadEncoding(RandomGenerator random) {
        byte[] sidecar = honest.sidecar().toArray();
        int size = random.nextInt(2 * sidecar.length);
        size = size == sidecar.length ? size + 1 : size;
        assertThat(verify(resigned(java.util.Arrays.copyOf(sidecar, size))))
                .isEqualTo(Reason.BAD_ENCODING);
    }

    @Test
    void swappedCellsAreBadCells() {
        MlpTrace trace = new MlpTrace(scene.model().template(), ROWS);
        List<CellId> cells = run.cells(scene.mixes().cells());
        byte[] sidecar = honest.sidecar().toArray();
        int at = trace.headSize();
        for (int i = 0; i + 1 < cells.size(); i++) {
            int first = CellId.FRAME_SIZE + trace.size(cells.get(i));
            int second = CellId.FRAME_SIZE + trace.size(cells.get(i + 1));
            byte[] swapped = sidecar.clone();
            System.arraycopy(sidecar, at + first, swapped, at, second);
            System.arraycopy(sidecar, at, swapped, at + second, first);
            assertThat(verify(resigned(swapped))).isEqualTo(Reason.BAD_CELLS);
            at += first;
        }
    }

    private Reason claiming(UnaryOperator<Commit.Facts> change) {
        return verify(task(run.claiming(change.apply(run.commit().facts()), scene.key())));
    }

    private static Commit.Facts with(Commit.Facts f, Hash output, Hash trace, long units) {
        return new Commit.Facts(
                f.kind(),
                f.chainId(),
                f.provider(),
                f.jobId(),
                f.templateId(),
                f.inputRoot(),
                output,
                trace,
                f.rows(),
                f.seqs(),
                units,
                f.expiry());
    }

    @Seeds(40)
    void signedLiesAreNamed(RandomGenerator random, long seed) {
        Hash other = Scene.hash("other", seed);
        assertThat(claiming(f -> with(f, other, f.traceRoot(), f.workUnits())))
                .isEqualTo(Reason.BAD_OUTPUT);
        assertThat(claiming(f -> with(f, f.outputRoot(), other, f.workUnits())))
                .isEqualTo(Reason.BAD_PATH);
        long inflated = random.nextLong(1, 1000);
        assertThat(claiming(f -> with(f, f.outputRoot(), f.traceRoot(), f.workUnits() + inflated)))
                .isEqualTo(Reason.BAD_WORK);
        assertThat(claiming(f -> renamed(f, f.chainId() + 1, f.jobId(), f.rows())))
                .isEqualTo(Reason.REPLAYED);
        assertThat(claiming(f -> renamed(f, f.chainId(), other, f.rows())))
                .isEqualTo(Reason.REPLAYED);
        assertThat(claiming(f -> renamed(f, f.chainId(), f.jobId(), f.rows() + 1)))
                .isEqualTo(Reason.BAD_WORK);
    }

    private static Commit.Facts renamed(Commit.Facts f, long chainId, Hash jobId, int rows) {
        return new Commit.Facts(
                f.kind(),
                chainId,
                f.provider(),
                jobId,
                f.templateId(),
                f.inputRoot(),
                f.outputRoot(),
                f.traceRoot(),
                rows,
                f.seqs(),
                f.workUnits(),
                f.expiry());
    }

    /// A trace salted for another job, committed under this one: the leaves do not fit.
    @Test
    void tracesMadeForAnotherJobAreBadPath() {
        Scene elsewhere =
                new Scene(
                        scene.model(),
                        scene.key(),
                        new JobFacts(
                                scene.job().chainId(),
                                Scene.hash("elsewhere", 0),
                                scene.job().provider(),
                                scene.job().templateId(),
                                scene.job().inputRoot(),
                                ROWS,
                                ROWS,
                                0,
                                scene.job().expiry()),
                        scene.inputs(),
                        scene.mixes());
        MlpRun reused = (MlpRun) elsewhere.run(Fault.NONE);
        MlpRun claimed =
                reused.claiming(
                        renamed(
                                reused.commit().facts(),
                                scene.job().chainId(),
                                scene.job().jobId(),
                                ROWS),
                        scene.key());
        assertThat(verify(task(claimed))).isEqualTo(Reason.BAD_PATH);
    }

    @Test
    void strangersSignaturesAreBadEncoding() {
        SecretKey stranger = SecretKey.of(Scene.hash("stranger", 0).toArray());
        assertThat(verify(task(run.claiming(run.commit().facts(), stranger))))
                .isEqualTo(Reason.BAD_ENCODING);
    }

    @Test
    void cellsPrecomputedForAnotherBeaconAreRefused() {
        Mixes later =
                new Mixes(
                        Scene.hash("redrawn", 0),
                        scene.mixes().projection(),
                        scene.mixes().assignment());
        ProofTask stale =
                new ProofTask(
                        honest.job(),
                        honest.commit(),
                        honest.open(),
                        honest.sidecar(),
                        later,
                        honest.model());
        assertThat(verify(stale)).isIn(Reason.BAD_CELLS, Reason.BAD_ENCODING);
    }
}
