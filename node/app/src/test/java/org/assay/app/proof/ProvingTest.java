package org.assay.app.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.assay.app.JavaCommand;
import org.assay.app.KeyFiles;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.crypto.SecretKey;
import org.assay.verifier.JobFacts;
import org.assay.verifier.Leaf;
import org.assay.verifier.MlpModel;
import org.assay.verifier.ProofRules;
import org.assay.verifier.Verdict;
import org.assay.verifier.prover.Digits;
import org.assay.verifier.prover.ProverRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProvingTest {
    private static final int ROWS = 20;
    private static final Hash CELLS = new Hash(1, 2, 3, 4);
    private static final Hash PROJECTION = new Hash(5, 6, 7, 8);
    private static final List<String> RESULTS =
            List.of(
                    Proving.JOB,
                    Proving.ANSWERS,
                    Proving.COMMIT,
                    Proving.MIX,
                    Proving.SIDECAR,
                    Proving.OPEN,
                    Proving.REPLAY);

    @TempDir private Path temporary = Path.of("");

    private static SecretKey key() {
        byte[] secret = new byte[32];
        secret[31] = 7;
        return SecretKey.of(secret);
    }

    private static ProverRun.Work work(int jobNumber) {
        MlpModel model = Digits.model();
        Bytes images = Digits.images(0, ROWS);
        JobFacts job =
                new JobFacts(
                        1337,
                        new Hash(0, 0, 0, jobNumber),
                        key().address(),
                        model.template().templateId(),
                        Leaf.inputTree(images, Digits.IMAGE_BYTES).root(),
                        ROWS,
                        ROWS,
                        0,
                        9);
        return new ProverRun.Work(model, job, images, ProofRules.DEV);
    }

    private static Verdict all(Path folder, StepFolder.Watcher watcher)
            throws IOException, Proving.Refused {
        StepFolder steps = StepFolder.open(folder, watcher);
        return new Proving(work(1), key(), steps).check(CELLS, PROJECTION);
    }

    /// Stands for a kill at a moment: nothing after it happens.
    private static final class Killed extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    private static List<Bytes> results(Path folder) throws IOException {
        List<Bytes> results = new ArrayList<>();
        for (String name : RESULTS) {
            results.add(Bytes.wrap(Files.readAllBytes(folder.resolve(name))));
        }
        return results;
    }

    @Test
    void aKillAtAnyMomentLosesNothingThatIsDone() throws IOException, Proving.Refused {
        List<String> moments = new ArrayList<>();
        Path whole = temporary.resolve("whole");
        assertThat(all(whole, moments::add).pass()).isTrue();
        assertThat(moments).hasSize(4 * RESULTS.size());
        List<Bytes> expected = results(whole);
        for (int kill = 0; kill < moments.size(); kill++) {
            int last = kill;
            int[] seen = {0};
            Path folder = temporary.resolve("killed-" + kill);
            assertThatThrownBy(
                            () ->
                                    all(
                                            folder,
                                            moment -> {
                                                if (seen[0]++ == last) {
                                                    throw new Killed();
                                                }
                                            }))
                    .isInstanceOf(Killed.class);
            List<String> again = new ArrayList<>();
            assertThat(all(folder, again::add).pass()).isTrue();
            assertThat(results(folder)).as(moments.get(kill)).isEqualTo(expected);
            // What was signed, and what it was signed for, is never made again.
            List<String> signed = List.of(Proving.JOB, Proving.COMMIT, Proving.MIX, Proving.OPEN);
            for (String name : signed) {
                if (kill >= moments.indexOf("after " + name)) {
                    assertThat(again).as(moments.get(kill)).doesNotContain("before " + name);
                }
            }
        }
    }

    @Test
    void refusesAnotherJobAndASecondBeacon() throws IOException, Proving.Refused {
        StepFolder steps = StepFolder.open(temporary.resolve("one"), moment -> {});
        Proving proving = new Proving(work(1), key(), steps);
        proving.open(CELLS);
        assertThatThrownBy(() -> proving.open(PROJECTION))
                .isInstanceOf(Proving.Refused.class)
                .hasMessageContaining("already");
        assertThatThrownBy(() -> new Proving(work(2), key(), steps).commit())
                .isInstanceOf(Proving.Refused.class)
                .hasMessageContaining("another job");
    }

    /// A torn file of a kill in the middle of a write is not taken for a result.
    @Test
    void aHalfWrittenFileIsIgnored() throws IOException, Proving.Refused {
        Path folder = temporary.resolve("torn");
        Files.createDirectories(folder);
        Files.write(folder.resolve(Proving.COMMIT + ".new"), new byte[100]);
        Files.write(folder.resolve(Proving.OPEN + ".new"), new byte[3]);
        assertThat(all(folder, moment -> {}).pass()).isTrue();
    }

    /// The command itself, killed with SIGKILL after growing waits, ends with the same bytes.
    @Test
    void theCommandSurvivesKillMinusNine() throws Exception {
        Path keyFile = temporary.resolve("key");
        KeyFiles.write(keyFile, key());
        Path job = temporary.resolve("job.json");
        run(0, List.of("--sample", "digits", "--key", keyFile + "", "--job", job + ""));
        List<String> arguments = new ArrayList<>(List.of("--job", job + "", "--key", keyFile + ""));
        arguments.addAll(List.of("--cells-mix", CELLS + "", "--projection-mix", PROJECTION + ""));
        List<String> undisturbed = new ArrayList<>(arguments);
        undisturbed.addAll(List.of("--dir", temporary.resolve("calm").toString()));
        assertThat(run(0, undisturbed)).isZero();
        arguments.addAll(List.of("--dir", temporary.resolve("rough").toString()));
        for (int millis = 200; run(millis, arguments) != 0; millis += millis) {
            assertThat(millis).isLessThan(60_000);
        }
        assertThat(results(temporary.resolve("rough")))
                .isEqualTo(results(temporary.resolve("calm")));
    }

    /// The exit status; killed after `millis` unless 0.
    private static int run(long millis, List<String> arguments)
            throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(List.of("prove"));
        words.addAll(arguments);
        Process process =
                new ProcessBuilder(JavaCommand.of(List.of("-Xmx256m"), words))
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
        if (millis > 0 && !process.waitFor(millis, TimeUnit.MILLISECONDS)) {
            process.destroyForcibly();
        }
        return process.waitFor();
    }
}
