package org.assay.app.proof;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.assay.app.KeyFiles;
import org.assay.app.Main;
import org.assay.app.dev.DevAccounts;
import org.assay.app.dev.DevGenesis;
import org.assay.app.dev.DevServer;
import org.assay.chain.ChainSpec;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.crypto.Keccak;
import org.assay.primitives.crypto.Keystore;
import org.assay.primitives.crypto.SecretKey;
import org.assay.rpc.RpcOptions;
import org.assay.storage.MemoryStore;
import org.assay.verifier.JobFacts;
import org.assay.verifier.Leaf;
import org.assay.verifier.Mixes;
import org.assay.verifier.MlpModel;
import org.assay.verifier.ProofRules;
import org.assay.verifier.ProofTask;
import org.assay.verifier.gpu.Doctor;
import org.assay.verifier.prover.Digits;
import org.assay.verifier.prover.Fault;
import org.assay.verifier.prover.ProverRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ProofCommandsTest {
    @TempDir private Path folder = Path.of("");

    private static ProofTask proof(Fault fault) {
        byte[] secret = new byte[32];
        secret[31] = 1;
        SecretKey key = SecretKey.of(secret);
        MlpModel model = Digits.model();
        Bytes images = Digits.images(0, 20);
        JobFacts job =
                new JobFacts(
                        1337,
                        Hash.ZERO,
                        key.address(),
                        model.template().templateId(),
                        Leaf.inputTree(images, Digits.IMAGE_BYTES).root(),
                        20,
                        20,
                        0,
                        9);
        ProverRun run =
                ProverRun.run(new ProverRun.Work(model, job, images, ProofRules.DEV), key, fault);
        Mixes mixes = new Mixes(Hash.ZERO, Hash.ZERO, Hash.ZERO);
        ProverRun.Opened opened = run.open(mixes.cells(), key);
        return new ProofTask(job, run.commit(), opened.open(), opened.sidecar(), mixes, model);
    }

    private record Ran(int status, String output) {}

    private static Ran run(Object command, String... arguments) {
        StringWriter out = new StringWriter();
        int status =
                new CommandLine(command)
                        .setCaseInsensitiveEnumValuesAllowed(true)
                        .setOut(new PrintWriter(out))
                        .execute(arguments);
        return new Ran(status, out.toString());
    }

    @Test
    void replaysAnHonestProofAndAFake() throws IOException {
        Path honest = folder.resolve("honest.json");
        Files.writeString(honest, ReplayFile.write(proof(Fault.NONE)));
        Ran passed = run(new ReplayCommand(), "--replay", honest.toString());
        assertThat(passed.output).contains("PASS").contains("work units 2");
        assertThat(passed.status).isZero();

        Path fake = folder.resolve("fake.json");
        Files.writeString(fake, ReplayFile.write(proof(new Fault(Fault.Kind.SKIPPED, 1000, 1))));
        Ran failed = run(new ReplayCommand(), "--replay", fake.toString());
        assertThat(failed.output).contains("FAIL BAD_GLUE");
        assertThat(failed.status).isEqualTo(1);

        Path nothing = folder.resolve("nothing.json");
        Files.writeString(nothing, "{}");
        assertThat(run(new ReplayCommand(), "--replay", nothing.toString()).status).isEqualTo(2);
    }

    @Test
    void inspectsTheDigitClassifier() {
        Ran ran = run(new ModelCommand(), "inspect");
        assertThat(ran.output).contains(Digits.model().template().templateId().toString());
        assertThat(ran.status).isZero();
    }

    @Test
    void buildsInspectsAndRegistersAFloatNetwork() throws IOException {
        Path parameters = folder.resolve("parameters.json");
        Path calibration = folder.resolve("rows");
        Path model = folder.resolve("a.model");
        Ran built = build(parameters, calibration, model);
        assertThat(built.status).isZero();
        assertThat(built.output).containsPattern("agrees with the floats on (9\\d|100) of 100");
        assertThat(run(new ModelCommand(), "inspect", model.toString()).output)
                .contains("fit to be registered");
        Ran registered = run(new ModelCommand(), "register", model.toString());
        assertThat(registered.status).isZero();
        String canonical =
                run(new ModelCommand(), "inspect", "--canonical", model.toString()).output.strip();
        assertThat(registered.output)
                .contains(canonical.substring(2))
                .contains(
                        Hash.of(Keccak.hash256(Bytes.fromHex(canonical).toArray()).toArray()) + "");
        Files.writeString(parameters, "{\"widths\":[4,2],\"weights\":[[1]],\"biases\":[[1,2]]}");
        Ran refused =
                run(
                        new ModelCommand(),
                        "build",
                        parameters.toString(),
                        "--calibration",
                        calibration.toString(),
                        "--out",
                        model.toString());
        assertThat(refused.status).isEqualTo(2);
    }

    /// Writes a small network of random weights to `parameters` and makes it a model.
    private Ran build(Path parameters, Path calibration, Path model) throws IOException {
        java.util.Random random = new java.util.Random(3);
        int[] widths = {40, 30, 5};
        StringBuilder text = new StringBuilder("{\"widths\":[40,30,5],\"weights\":[");
        for (int l = 0; l < 2; l++) {
            text.append(l == 0 ? "[" : ",[");
            for (int i = 0; i < widths[l] * widths[l + 1]; i++) {
                text.append(i == 0 ? "" : ",").append(random.nextGaussian() * 0.3);
            }
            text.append("]");
        }
        text.append("],\"biases\":[[");
        text.append("0.1,".repeat(29)).append("0.1],[0,0,0.1,0,0]]}");
        Files.writeString(parameters, text);
        byte[] rows = new byte[40 * 100];
        random.nextBytes(rows);
        Files.write(calibration, rows);
        return run(
                new ModelCommand(),
                "build",
                parameters.toString(),
                "--calibration",
                calibration.toString(),
                "--out",
                model.toString());
    }

    /// Encrypted to "correct horse"; the password's file beside it.
    private Path keystore(SecretKey key) {
        Path file = folder.resolve("keystore");
        KeyFiles.write(file, key, "correct horse", Keystore.lightScrypt(new SecureRandom()));
        KeyFiles.create(folder.resolve("password"), "correct horse\n");
        KeyFiles.create(folder.resolve("wrong"), "battery staple\n");
        return file;
    }

    @Test
    void writesASampleJobWithAKeystoreAsWithItsKey() throws IOException {
        SecretKey key = SecretKey.of(Keccak.EMPTY.toArray());
        Path plain = folder.resolve("plain");
        KeyFiles.write(plain, key);
        Path keystore = keystore(key);
        Path job = folder.resolve("job.json");
        String[] sample = {"prove", "--sample", "digits", "--job", job.toString(), "--key"};
        assertThat(assay(sample, plain)).isZero();
        String expected = Files.readString(job);
        Files.delete(job);
        assertThat(assay(sample, keystore, "--password-file", folder.resolve("password"))).isZero();
        assertThat(Files.readString(job)).isEqualTo(expected);
        Files.delete(job);
        assertThat(assay(sample, keystore, "--password-file", folder.resolve("wrong")))
                .isEqualTo(2);
        assertThat(job).doesNotExist();
    }

    @Test
    void registersAModelWithAKeystore() throws Exception {
        Path model = folder.resolve("a.model");
        build(folder.resolve("parameters.json"), folder.resolve("rows"), model);
        Path keystore = keystore(new DevAccounts().all().values().iterator().next());
        ChainSpec spec = ChainSpec.parse(DevGenesis.standard(1_800_000_000L).write());
        try (DevServer server =
                DevServer.start(
                        new MemoryStore(),
                        spec,
                        InstantSource.system(),
                        RpcOptions.loopback(0),
                        DevServer.Setting.INSTANT)) {
            String[] register = {
                "model",
                "register",
                model.toString(),
                "--rpc",
                "http://127.0.0.1:" + server.port(),
                "--key"
            };
            assertThat(assay(register, keystore, "--password-file", folder.resolve("wrong")))
                    .isEqualTo(2);
            assertThat(server.node().chain().head().number()).isZero();
            assertThat(assay(register, keystore, "--password-file", folder.resolve("password")))
                    .isZero();
            assertThat(server.node().chain().head().number()).isEqualTo(1);
        }
    }

    /// The exit status of the whole command line.
    private static int assay(String[] begin, Object... end) {
        List<String> words = new ArrayList<>(List.of(begin));
        for (Object word : end) {
            words.add(word.toString());
        }
        CommandLine assay = Main.commandLine();
        assay.setOut(new PrintWriter(new StringWriter()));
        assay.setErr(new PrintWriter(new StringWriter()));
        return assay.execute(words.toArray(String[]::new));
    }

    /// Without a GPU the first check that fails comes with its fix, and the status says so.
    @Test
    void theDoctorEndsWithAFixOrAHealthyDevice() {
        Ran text = run(new GpuCommand(), "doctor");
        Ran json = run(new GpuCommand(), "doctor", "--format", "json");
        assertThat(json.status).isEqualTo(text.status).isIn(0, 1);
        if (text.status == 0) {
            assertThat(json.output).contains("\"healthy\":true");
        } else {
            assertThat(text.output).contains("FAILED").contains("fix: ").contains("the CPU");
            assertThat(json.output).contains("\"healthy\":false").contains("\"fix\":");
        }
    }

    @Test
    void theDoctorsVerdictTellsSlowerFromFailed() {
        Doctor.Check ok = new Doctor.Check("load", Doctor.State.OK, "", "");
        Doctor.Check slower = new Doctor.Check("cublas", Doctor.State.SLOWER, "none", "install");
        Doctor.Check failed = new Doctor.Check("self-test", Doctor.State.FAILED, "differs", "no");
        assertThat(GpuCommand.verdict(List.of(ok))).startsWith("works: ");
        assertThat(GpuCommand.verdict(List.of(ok, slower))).startsWith("works, slower: ");
        assertThat(GpuCommand.verdict(List.of(slower, failed))).contains("on the CPU");
    }

    @Test
    void gpuBenchSaysThatItIsNotThereYet() {
        assertThat(run(new BenchCommand(), "sha", "--device", "gpu").status).isEqualTo(2);
    }
}
