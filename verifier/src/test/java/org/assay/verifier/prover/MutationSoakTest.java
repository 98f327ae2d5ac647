package org.assay.verifier.prover;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.verifier.CellId;
import org.assay.verifier.Challenge;
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

/// Mutations of honest proofs, each refused with the reason that names it; the counts are
/// printed. A part runs in every build, `-Dassay.mutations=20000` all of them.
class MutationSoakTest {
    private static final int MUTATIONS = Integer.getInteger("assay.mutations", 1_200);
    private static final int ROWS = 24;
    private static final int PLAYS = 8;

    private final Verifier mlpVerifier = new Verifier(Scene.RULES);
    private final Verifier fineVerifier = new Verifier(Plays.FINE);
    private final Map<Long, Scene> scenes = new HashMap<>();
    private final Map<Long, ProofTask> digits = new HashMap<>();
    private final Map<Long, MlpRun> runs = new HashMap<>();
    private final Map<Long, Plays.Proven> decoders = new HashMap<>();
    private final Map<Long, Plays.Proven> products = new HashMap<>();

    /// What a mutation got and what it may get.
    private record Outcome(Reason reason, Set<Reason> allowed) {
        static Outcome of(Reason reason, Reason first, Reason... more) {
            return new Outcome(reason, EnumSet.of(first, more));
        }
    }

    /// One kind of mutation.
    private interface Kind {
        Outcome apply(RandomGenerator random, long seed);
    }

    private Map<String, Kind> kinds() {
        Map<String, Kind> kinds = new LinkedHashMap<>();
        kinds.put("bit of a commit in transit", this::commitBit);
        kinds.put("bit of an open in transit", this::openBit);
        kinds.put("bit of a sidecar in transit", this::transitBit);
        kinds.put("bit of a decoder's sidecar, signed again", this::decoderBit);
        kinds.put("bit of a product's sidecar, signed again", this::productBit);
        kinds.put("swapped cells", this::swappedCells);
        kinds.put("wrong model", this::wrongModel);
        kinds.put("wrong provider, chain, job or expiry", this::replayed);
        kinds.put("reused outputs of another job", this::reusedOutputs);
        kinds.put("cells of another beacon", this::otherBeacon);
        kinds.put("row bent to an r that was not drawn", this::wrongProjection);
        kinds.put("early end of sequence", this::earlyEnd);
        kinds.put("steered token", this::steeredToken);
        kinds.put("inflated work", this::inflatedWork);
        kinds.put("truncated or oversized sidecar", this::resized);
        kinds.put("non-canonical encoding", this::nonCanonical);
        kinds.put("skipped work", this::skippedWork);
        kinds.put("forged products", this::forgedProducts);
        kinds.put("wrong answer", this::wrongAnswer);
        return kinds;
    }

    @Test
    void everyMutationIsRefusedWithItsReason() {
        Map<String, Kind> kinds = kinds();
        List<String> names = List.copyOf(kinds.keySet());
        Map<String, TreeMap<Reason, Integer>> table = new LinkedHashMap<>();
        for (int i = 0; i < MUTATIONS; i++) {
            String name = names.get(i % names.size());
            RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(i);
            Kind kind = java.util.Objects.requireNonNull(kinds.get(name));
            Outcome outcome = kind.apply(random, i % PLAYS);
            assertThat(outcome.reason)
                    .as("%s, mutation %d", name, i)
                    .isIn(outcome.allowed)
                    .isNotEqualTo(Reason.NONE);
            table.computeIfAbsent(name, key -> new TreeMap<>())
                    .merge(outcome.reason, 1, Integer::sum);
        }
        table.forEach((name, counts) -> System.out.printf("%-45s %s%n", name, counts));
        System.out.printf("%,d mutations, all refused with the expected reason%n", MUTATIONS);
    }

    private Scene scene(long seed) {
        return scenes.computeIfAbsent(seed, key -> Scene.of(ROWS, key));
    }

    private MlpRun run(long seed) {
        return runs.computeIfAbsent(seed, key -> (MlpRun) scene(key).run(Fault.NONE));
    }

    private ProofTask digitsOf(long seed) {
        return digits.computeIfAbsent(seed, key -> opened(scene(key), run(key)));
    }

    private static ProofTask opened(Scene scene, MlpRun run) {
        ProverRun.Opened opened = run.open(scene.mixes().cells(), scene.key());
        return new ProofTask(
                scene.job(),
                run.commit(),
                opened.open(),
                opened.sidecar(),
                scene.mixes(),
                scene.model());
    }

    private Plays.Proven decoder(long seed) {
        return decoders.computeIfAbsent(seed, key -> Plays.decoder(Fault.NONE, key));
    }

    private Plays.Proven product(long seed) {
        return products.computeIfAbsent(seed, key -> Plays.product(Fault.NONE, key));
    }

    private static ProofTask with(ProofTask task, Commit commit, Open open, Bytes sidecar) {
        return new ProofTask(task.job(), commit, open, sidecar, task.mixes(), task.model());
    }

    private static ProofTask with(ProofTask task, JobFacts job, Mixes mixes) {
        return new ProofTask(job, task.commit(), task.open(), task.sidecar(), mixes, task.model());
    }

    private Reason digitsReason(ProofTask task) {
        return mlpVerifier.verify(task).reason();
    }

    private Reason fineReason(ProofTask task) {
        return fineVerifier.verify(task).reason();
    }

    private static Bytes flipped(Bytes bytes, RandomGenerator random) {
        byte[] changed = bytes.toArray();
        changed[random.nextInt(changed.length)] ^= (byte) (1 << random.nextInt(8));
        return Bytes.wrap(changed);
    }

    private Outcome commitBit(RandomGenerator random, long seed) {
        ProofTask honest = digitsOf(seed);
        Optional<Commit> commit = Commit.decode(flipped(honest.commit().encode(), random));
        Reason reason =
                commit.map(value -> with(honest, value, honest.open(), honest.sidecar()))
                        .map(this::digitsReason)
                        .orElse(Reason.BAD_ENCODING);
        return Outcome.of(reason, Reason.REPLAYED, Reason.BAD_ENCODING);
    }

    private Outcome openBit(RandomGenerator random, long seed) {
        ProofTask honest = digitsOf(seed);
        Optional<Open> open = Open.decode(flipped(honest.open().encode(), random));
        Reason reason =
                open.map(value -> with(honest, honest.commit(), value, honest.sidecar()))
                        .map(this::digitsReason)
                        .orElse(Reason.BAD_ENCODING);
        return Outcome.of(reason, Reason.REPLAYED, Reason.BAD_ENCODING);
    }

    private Outcome transitBit(RandomGenerator random, long seed) {
        ProofTask honest = digitsOf(seed);
        Bytes sidecar = flipped(honest.sidecar(), random);
        Reason reason = digitsReason(with(honest, honest.commit(), honest.open(), sidecar));
        return Outcome.of(reason, Reason.BAD_ROOT);
    }

    private static ProofTask resigned(Plays.Proven proven, Bytes sidecar) {
        ProofTask task = proven.task();
        return with(task, task.commit(), open(task, sidecar, proven.key()), sidecar);
    }

    private static Open open(
            ProofTask task, Bytes sidecar, org.assay.primitives.crypto.SecretKey key) {
        return Open.sign(
                task.commit().commitId(),
                task.open().cells(),
                sidecar.size(),
                Leaf.sidecarRoot(sidecar),
                key);
    }

    private Outcome decoderBit(RandomGenerator random, long seed) {
        Plays.Proven proven = decoder(seed);
        Reason reason = fineReason(resigned(proven, flipped(proven.task().sidecar(), random)));
        return Outcome.of(
                reason,
                Reason.BAD_WORK,
                Reason.BAD_INPUT,
                Reason.BAD_OUTPUT,
                Reason.BAD_ENCODING,
                Reason.BAD_CELLS,
                Reason.BAD_PATH,
                Reason.BAD_ROW);
    }

    private Outcome productBit(RandomGenerator random, long seed) {
        Plays.Proven proven = product(seed);
        Reason reason = fineReason(resigned(proven, flipped(proven.task().sidecar(), random)));
        return Outcome.of(reason, Reason.BAD_PATH);
    }

    private Outcome swappedCells(RandomGenerator random, long seed) {
        ProofTask honest = digitsOf(seed);
        MlpTrace trace = new MlpTrace(scene(seed).model().template(), ROWS);
        List<CellId> cells = run(seed).cells(scene(seed).mixes().cells());
        int swapped = random.nextInt(cells.size() - 1);
        int at = trace.headSize();
        for (int i = 0; i < swapped; i++) {
            at += CellId.FRAME_SIZE + trace.size(cells.get(i));
        }
        int first = CellId.FRAME_SIZE + trace.size(cells.get(swapped));
        int second = CellId.FRAME_SIZE + trace.size(cells.get(swapped + 1));
        byte[] from = honest.sidecar().toArray();
        byte[] to = from.clone();
        System.arraycopy(from, at + first, to, at, second);
        System.arraycopy(from, at, to, at + second, first);
        Bytes sidecar = Bytes.wrap(to);
        Open open = open(honest, sidecar, scene(seed).key());
        Reason reason = digitsReason(with(honest, honest.commit(), open, sidecar));
        return Outcome.of(reason, Reason.BAD_CELLS);
    }

    private Outcome wrongModel(RandomGenerator random, long seed) {
        ProofTask task = decoder(seed).task();
        ProofTask other = decoder((seed + 1 + random.nextInt(PLAYS - 1)) % PLAYS).task();
        ProofTask wrong =
                new ProofTask(
                        task.job(),
                        task.commit(),
                        task.open(),
                        task.sidecar(),
                        task.mixes(),
                        other.model());
        return Outcome.of(fineReason(wrong), Reason.REPLAYED);
    }

    private static JobFacts elsewhere(JobFacts job, int what, long seed) {
        return new JobFacts(
                what == 0 ? job.chainId() + 1 : job.chainId(),
                what == 1 ? Scene.hash("another job", seed) : job.jobId(),
                what == 2 ? org.assay.primitives.Address.at(new byte[20], 0) : job.provider(),
                job.templateId(),
                job.inputRoot(),
                job.rows(),
                job.seqs(),
                job.maxNew(),
                what == 3 ? job.expiry() + 1 : job.expiry());
    }

    private Outcome replayed(RandomGenerator random, long seed) {
        ProofTask task = decoder(seed).task();
        JobFacts job = elsewhere(task.job(), random.nextInt(4), random.nextLong());
        return Outcome.of(fineReason(with(task, job, task.mixes())), Reason.REPLAYED);
    }

    private Outcome reusedOutputs(RandomGenerator random, long seed) {
        Scene scene = scene(seed);
        JobFacts other = elsewhere(scene.job(), 1, random.nextLong());
        Commit.Facts facts = run(seed).commit().facts();
        Commit.Facts claimed = renamed(facts, other.jobId(), facts.workUnits());
        Scene target = new Scene(scene.model(), scene.key(), other, scene.inputs(), scene.mixes());
        ProofTask task = opened(target, run(seed).claiming(claimed, scene.key()));
        return Outcome.of(digitsReason(task), Reason.BAD_PATH);
    }

    private static Commit.Facts renamed(Commit.Facts f, Hash jobId, long workUnits) {
        return new Commit.Facts(
                f.kind(),
                f.chainId(),
                f.provider(),
                jobId,
                f.templateId(),
                f.inputRoot(),
                f.outputRoot(),
                f.traceRoot(),
                f.rows(),
                f.seqs(),
                workUnits,
                f.expiry());
    }

    private Outcome otherBeacon(RandomGenerator random, long seed) {
        ProofTask task = digitsOf(seed);
        Hash mix = Scene.hash("redrawn", random.nextLong());
        Mixes mixes = new Mixes(mix, task.mixes().projection(), task.mixes().assignment());
        Reason reason = digitsReason(with(task, task.job(), mixes));
        return Outcome.of(reason, Reason.BAD_CELLS, Reason.BAD_ENCODING);
    }

    /// A forger that guessed B2: its row holds under its own r and not under the drawn one.
    private Outcome wrongProjection(RandomGenerator random, long seed) {
        Scene scene = Scene.of(4, seed);
        int layer = random.nextInt(2);
        int row = random.nextInt(4);
        int width = scene.model().template().outputs(layer);
        Hash guess = Scene.hash("guess", random.nextInt(3));
        Hash root = scene.model().template().modelRoot();
        int[] error =
                errors.computeIfAbsent(
                        guess + ":" + layer,
                        key ->
                                Lattice.shortRelation(
                                        Challenge.tensor(guess, root, layer, width), 14));
        int[] y = MlpExecution.run(scene.model(), scene.inputs()).product(row, layer);
        for (int j = 0; j < y.length; j++) {
            y[j] += error[j];
        }
        ProverRun.Work work =
                new ProverRun.Work(scene.model(), scene.job(), scene.inputs(), Scene.RULES);
        MlpRun.ForgedProduct product =
                new MlpRun.ForgedProduct(row, layer, Arrays.stream(y).boxed().toList());
        MlpRun forged = MlpRun.forge(work, scene.model(), scene.key(), product);
        // Four rows have twelve cells: all are opened.
        return Outcome.of(digitsReason(opened(scene, forged)), Reason.BAD_ROW);
    }

    private final Map<String, int[]> errors = new HashMap<>();

    private Outcome earlyEnd(RandomGenerator random, long seed) {
        Plays.Proven early = Plays.earlyEnd(random.nextInt(200));
        return Outcome.of(fineReason(early.task()), Reason.BAD_OUTPUT);
    }

    /// Sampled decoders whose tokens were drawn by another seed than the job's.
    private Outcome steeredToken(RandomGenerator random, long seed) {
        ProofTask task = decoder(2 * (seed / 2)).task();
        for (int tried = 0; tried < 8; tried++) {
            Hash assigned = Scene.hash("another assignment", random.nextLong());
            Mixes mixes = new Mixes(task.mixes().cells(), task.mixes().projection(), assigned);
            Reason reason = fineReason(with(task, task.job(), mixes));
            if (reason != Reason.NONE) {
                return Outcome.of(reason, Reason.BAD_OUTPUT);
            }
        }
        return Outcome.of(Reason.NONE, Reason.BAD_OUTPUT);
    }

    private Outcome inflatedWork(RandomGenerator random, long seed) {
        MlpRun honest = run(seed);
        Commit.Facts facts = honest.commit().facts();
        long units = facts.workUnits() + random.nextLong(1, 1L << (1 + random.nextInt(40)));
        MlpRun claimed = honest.claiming(renamed(facts, facts.jobId(), units), scene(seed).key());
        return Outcome.of(digitsReason(opened(scene(seed), claimed)), Reason.BAD_WORK);
    }

    private Outcome resized(RandomGenerator random, long seed) {
        Plays.Proven proven = random.nextBoolean() ? decoder(seed) : product(seed);
        byte[] sidecar = proven.task().sidecar().toArray();
        int size = random.nextInt(2 * sidecar.length);
        size = size == sidecar.length ? size + 1 : size;
        Reason reason = fineReason(resigned(proven, Bytes.wrap(Arrays.copyOf(sidecar, size))));
        return Outcome.of(reason, Reason.BAD_ENCODING, Reason.BAD_WORK);
    }

    /// Another length, version or reserved bit: no Commit or Open is decoded from it.
    private Outcome nonCanonical(RandomGenerator random, long seed) {
        ProofTask task = digitsOf(seed);
        byte[] commit = task.commit().encode().toArray();
        byte[] open = task.open().encode().toArray();
        boolean refused =
                switch (random.nextInt(5)) {
                    case 0 -> Commit.decode(resize(commit, random)).isEmpty();
                    case 1 -> Open.decode(resize(open, random)).isEmpty();
                    case 2 -> Commit.decode(set(commit, 0, 2 + random.nextInt(100))).isEmpty();
                    case 3 ->
                            Commit.decode(
                                            set(
                                                    commit,
                                                    2 + random.nextInt(2),
                                                    1 + random.nextInt(99)))
                                    .isEmpty();
                    default -> Commit.decode(set(commit, 280, 2 + random.nextInt(250))).isEmpty();
                };
        return Outcome.of(refused ? Reason.BAD_ENCODING : Reason.NONE, Reason.BAD_ENCODING);
    }

    private static Bytes resize(byte[] bytes, RandomGenerator random) {
        int size = random.nextInt(2 * bytes.length);
        return Bytes.wrap(Arrays.copyOf(bytes, size == bytes.length ? size + 1 : size));
    }

    private static Bytes set(byte[] bytes, int at, int value) {
        bytes[at] = (byte) value;
        return Bytes.wrap(bytes);
    }

    private Outcome faulty(
            Fault.Kind kind, RandomGenerator random, Reason expected, Reason... more) {
        Scene scene = scene(random.nextInt(PLAYS));
        MlpRun run = (MlpRun) scene.run(new Fault(kind, 1000, random.nextLong()));
        return Outcome.of(digitsReason(opened(scene, run)), expected, more);
    }

    private Outcome skippedWork(RandomGenerator random, long seed) {
        return faulty(Fault.Kind.SKIPPED, random, Reason.BAD_GLUE, Reason.BAD_OUTPUT);
    }

    private Outcome forgedProducts(RandomGenerator random, long seed) {
        return faulty(Fault.Kind.FORGED, random, Reason.BAD_ROW, Reason.BAD_OUTPUT);
    }

    private Outcome wrongAnswer(RandomGenerator random, long seed) {
        return faulty(Fault.Kind.WRONG_ANSWER, random, Reason.BAD_OUTPUT);
    }
}
