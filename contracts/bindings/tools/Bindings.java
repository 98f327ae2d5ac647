import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.web3j.codegen.SolidityFunctionWrapper;
import org.web3j.protocol.core.methods.response.AbiDefinition;
import org.web3j.tx.Contract;

/// Writes a web3j class for each contract artifact: `java Bindings.java ARTIFACTS DESTINATION`.
/// Run by the build.
public final class Bindings {
    private static final String PACKAGE = "org.assay.bindings";
    private static final ObjectMapper JSON = new ObjectMapper();

    private Bindings() {}

    public static void main(String[] args) throws Exception {
        Path artifacts = Path.of(args[0]);
        Path destination = Path.of(args[1]);
        List<Path> files;
        try (Stream<Path> all = Files.list(artifacts)) {
            files = all.filter(file -> file.toString().endsWith(".json")).sorted().toList();
        }
        if (files.isEmpty()) {
            throw new IOException("no artifacts in " + artifacts + ": npm run build makes them");
        }
        for (Path file : files) {
            write(JSON.readTree(file.toFile()), destination);
        }
    }

    private static void write(JsonNode artifact, Path destination) throws Exception {
        AbiDefinition[] abi = JSON.treeToValue(artifact.get("abi"), AbiDefinition[].class);
        new SolidityFunctionWrapper(true)
                .generateJavaFiles(
                        artifact.get("contract").asText(),
                        Contract.BIN_NOT_PROVIDED,
                        Arrays.asList(abi),
                        destination.toString(),
                        PACKAGE,
                        Map.of());
    }
}
