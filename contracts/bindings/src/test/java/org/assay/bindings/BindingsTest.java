package org.assay.bindings;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.web3j.crypto.Credentials;
import org.web3j.protocol.Web3j;
import org.web3j.protocol.http.HttpService;
import org.web3j.tx.gas.StaticGasProvider;

final class BindingsTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String JOBS = "0x00000000000000000000000000000000a55a0004";

    @Test
    void everyFunctionOfEveryContractHasAMethod() throws Exception {
        int functions = 0;
        try (Stream<Path> all = Files.list(Path.of("../resources/org/assay/contracts"))) {
            for (Path file : all.filter(each -> each.toString().endsWith(".json")).toList()) {
                JsonNode artifact = JSON.readTree(file.toFile());
                Class<?> binding =
                        Class.forName("org.assay.bindings." + artifact.get("contract").asText());
                Set<String> methods =
                        Arrays.stream(binding.getMethods())
                                .map(method -> method.getName().replaceFirst("^(call|send)_", ""))
                                .collect(Collectors.toSet());
                for (JsonNode entry : artifact.get("abi")) {
                    // web3j has no method for a view that returns nothing: one that only refuses
                    boolean refuses =
                            entry.path("stateMutability").asText().equals("view")
                                    && entry.get("outputs").isEmpty();
                    if (entry.get("type").asText().equals("function") && !refuses) {
                        functions++;
                        assertThat(methods)
                                .as(file.toString())
                                .contains(entry.get("name").asText());
                    }
                }
            }
        }
        assertThat(functions).isGreaterThan(100);
    }

    @Test
    void callDataIsTheContractsAbi() {
        Credentials key = Credentials.create("0x" + "46".repeat(32));
        Web3j nobody = Web3j.build(new HttpService("http://127.0.0.1:1"));
        Jobs jobs =
                Jobs.load(JOBS, nobody, key, new StaticGasProvider(BigInteger.ONE, BigInteger.TWO));
        assertThat(jobs.getContractAddress()).isEqualTo(JOBS);
        // cast sig "accept(bytes32)", then the word
        assertThat(jobs.accept(new byte[32]).encodeFunctionCall())
                .isEqualTo("0xe4725ba1" + "0".repeat(64));
        nobody.shutdown();
    }
}
