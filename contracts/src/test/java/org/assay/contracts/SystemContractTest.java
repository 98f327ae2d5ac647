package org.assay.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class SystemContractTest {
    @Test
    void addressesAreThoseOfTheSolidityLibrary() throws IOException {
        String library = Files.readString(Path.of("src/SystemAddresses.sol"));
        for (SystemContract contract : SystemContract.values()) {
            assertThat(library.toLowerCase(Locale.ROOT))
                    .contains(
                            contract.name().toLowerCase(Locale.ROOT)
                                    + " = "
                                    + contract.addressHex()
                                    + ";");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"PROLOGUE", "STAKING", "MODEL_REGISTRY", "JOBS", "PROOFS", "REWARDS"})
    void protocolContractsHaveCreationCodeAndAbi(SystemContract contract) {
        assertThat(contract.isAvailable()).isTrue();
        assertThat(contract.creationCodeHex().matches("0x[0-9a-f]+")).isTrue();
        assertThat(contract.abiJson().startsWith("[{")).isTrue();
    }
}
