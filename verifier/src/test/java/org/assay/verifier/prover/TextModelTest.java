package org.assay.verifier.prover;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.assay.primitives.Bytes;
import org.assay.primitives.crypto.SecretKey;
import org.assay.verifier.JobFacts;
import org.assay.verifier.LittleEndian;
import org.assay.verifier.Mixes;
import org.assay.verifier.ModelChecks;
import org.assay.verifier.ProofTask;
import org.assay.verifier.Reason;
import org.assay.verifier.Scene;
import org.assay.verifier.TransformerModel;
import org.assay.verifier.TransformerTokens;
import org.assay.verifier.Verdict;
import org.assay.verifier.Verifier;
import org.junit.jupiter.api.Test;

/// The trained decoder on text that it was not trained on.
class TextModelTest {
    private static final int MAX_NEW = 100;

    private final TransformerModel model = TextModel.model();
    private final Verifier verifier = new Verifier(Scene.RULES);

    /// Over all of chapters 125 to 135: 2.265 bits a byte, the float model 2.259. Bytes at
    /// random: 8; letters by their frequency: about 4.4.
    @Test
    void predictsUnseenText() {
        assertThat(DecoderText.bitsAByte(model, TextModel.sample(), 16)).isBetween(1.8, 2.6);
    }

    @Test
    void passesTheRegistrationChecks() {
        assertThat(ModelChecks.check(model, Scene.hash("seed", 1)))
                .allMatch(ModelChecks.Finding::holds);
    }

    @Test
    void writesWordsAndEndsAtALine() {
        for (long seed = 0; seed < 5; seed++) {
            byte[] prompt = "The whale ".getBytes(StandardCharsets.US_ASCII);
            byte[] text = DecoderText.generate(model, prompt, MAX_NEW, Scene.hash("seed", seed));
            String words = new String(text, StandardCharsets.US_ASCII);
            assertThat(words.strip()).matches("[ -~]+").contains(" ");
            int end = words.indexOf(DecoderText.END);
            assertThat(end).isIn(-1, words.length() - 1);
        }
    }

    private record Play(ProverRun run, ProofTask task) {}

    /// Three prompts; one of them just before a line's end in the original.
    private Play play(long seed, int asked, int done) {
        List<int[]> prompts = new ArrayList<>();
        for (String prompt : List.of("Call me Ishmael", "\"Aye, aye, sir!\"", "The ship ")) {
            prompts.add(prompt.chars().toArray());
        }
        int rows = prompts.stream().mapToInt(prompt -> prompt.length).sum();
        SecretKey key = SecretKey.of(Scene.hash("provider", seed).toArray());
        Mixes mixes =
                new Mixes(Scene.hash("B1", seed), Scene.hash("B2", seed), Scene.hash("A", seed));
        JobFacts ran = job(key, prompts, rows, done, seed);
        ProverRun run =
                ProverRun.run(
                        new ProverRun.Work(
                                model,
                                ran,
                                TinyDecoder.inputs(prompts),
                                Scene.RULES,
                                mixes.assignment()),
                        key);
        ProverRun.Opened opened = run.open(mixes.cells(), key);
        JobFacts stated = job(key, prompts, rows, asked, seed);
        return new Play(
                run,
                new ProofTask(stated, run.commit(), opened.open(), opened.sidecar(), mixes, model));
    }

    private JobFacts job(SecretKey key, List<int[]> prompts, int rows, int maxNew, long seed) {
        return new JobFacts(
                1337,
                Scene.hash("job", seed),
                key.address(),
                model.template().templateId(),
                TransformerTokens.inputRoot(prompts),
                rows,
                prompts.size(),
                maxNew,
                99);
    }

    /// Sequences that end at a line's end make fewer rows than the job allows, are paid for what
    /// they did, and pass; both occur among the seeds.
    @Test
    void earlyEndsAtALineArePaidForWhatTheyDid() {
        int early = 0;
        for (long seed = 0; seed < 6; seed++) {
            Play play = play(seed, MAX_NEW, MAX_NEW);
            JobFacts job = play.task.job();
            int rows = play.task.commit().facts().rows();
            long most = job.rows() + (long) job.seqs() * job.maxNew();
            assertThat((long) rows).isBetween((long) job.rows() + job.seqs(), most);
            early += rows < most ? 1 : 0;
            long units = play.task.commit().facts().workUnits();
            assertThat(verifier.verify(play.task)).isEqualTo(Verdict.passed(units));
        }
        assertThat(early).isBetween(1, 6);
    }

    /// A provider that stops before the line's end or maxNew saves work and is refused.
    @Test
    void earlyEndsAnywhereElseAreRefused() {
        assertThat(verifier.verify(play(1, MAX_NEW, 20).task).reason())
                .isEqualTo(Reason.BAD_OUTPUT);
        assertThat(verifier.verify(play(1, 20, MAX_NEW).task).reason()).isEqualTo(Reason.BAD_WORK);
    }

    /// The customer reads the answers as bytes: u32 count, then a u32 each.
    @Test
    void answersAreTheGeneratedBytes() {
        Bytes answers = play(2, MAX_NEW, MAX_NEW).run.answers();
        int count = LittleEndian.getInt(answers.toArray(), 0);
        assertThat(count).isBetween(1, MAX_NEW);
        for (int i = 1; i <= count; i++) {
            assertThat(LittleEndian.getInt(answers.toArray(), 4 * i)).isBetween(10, 126);
        }
    }
}
