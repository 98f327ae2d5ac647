package org.assay.app.proof;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.assay.primitives.Hash;
import org.assay.verifier.Model;
import org.assay.verifier.ProofRules;
import org.assay.verifier.ProofTask;
import org.assay.verifier.Verdict;
import org.assay.verifier.Verifier;
import org.assay.verifier.prover.Digits;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `assay verify`: checks one proof offline; exit status 0 for PASS, 1 for FAIL, 2 for no
/// verdict.
@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        description = "Checks a compute proof again, offline, and prints its verdict and reason.")
public final class ReplayCommand implements Callable<Integer> {
    @Spec private CommandSpec spec = CommandSpec.create();

    @Option(names = "--replay", required = true, paramLabel = "FILE", description = "A proof.")
    private Path replay = Path.of("");

    @Option(
            names = "--model",
            paramLabel = "FILE",
            description = "Its model; not needed for the digit classifier.")
    private @Nullable Path modelFile;

    @Option(
            names = "--work-unit-log2",
            description = "A work unit is 2^this MACs (default: ${DEFAULT-VALUE}, as dev chains).")
    private int workUnitLog2 = ProofRules.DEV.workUnitLog2();

    @Override
    public Integer call() throws IOException {
        String text = Files.readString(replay);
        Path file = modelFile;
        Optional<Model> model =
                file == null ? Optional.of(Digits.model()) : ModelCommand.read(file);
        Optional<Hash> wanted = ReplayFile.templateId(text);
        if (model.isEmpty() || !wanted.equals(model.map(held -> held.template().templateId()))) {
            return refuse("no verdict without its model " + wanted.map(Hash::toString).orElse(""));
        }
        Optional<ProofTask> task = ReplayFile.read(text, model.get());
        if (task.isEmpty()) {
            return refuse(replay + " holds no canonical proof");
        }
        ProofRules dev = ProofRules.DEV;
        ProofRules rules =
                new ProofRules(
                        dev.cells(),
                        workUnitLog2,
                        dev.auditNumerator(),
                        dev.rowsMax(),
                        dev.sidecarBytesMax());
        Verdict verdict = new Verifier(rules).verify(task.get());
        PrintWriter out = spec.commandLine().getOut();
        out.println("commitId   " + task.get().commit().commitId());
        out.println("provider   " + task.get().commit().facts().provider());
        out.println("cells      " + task.get().open().cells());
        out.println("verdict    " + (verdict.pass() ? "PASS" : "FAIL " + verdict.reason()));
        out.println(
                verdict.pass()
                        ? "work units " + verdict.workUnits()
                        : "because    " + verdict.detail());
        return verdict.pass() ? 0 : 1;
    }

    private int refuse(String why) {
        spec.commandLine().getErr().println("assay verify: " + why);
        return 2;
    }
}
