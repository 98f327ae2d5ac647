package org.assay.contracts;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/// A contract that genesis places at a fixed address; `SystemAddresses.sol` holds the same table.
public enum SystemContract {
    PROLOGUE("Prologue", 0x01),
    STAKING("Staking", 0x02),
    MODEL_REGISTRY("ModelRegistry", 0x03),
    JOBS("Jobs", 0x04),
    PROOFS("Proofs", 0x05),
    REWARDS("Rewards", 0x06),
    CREDITS("Credits", 0x07),
    CHANNELS("Channels", 0x08),
    MERKLE_PAYOUT("MerklePayout", 0x09),
    AGENT_REGISTRY("AgentRegistry", 0x0a),
    AGENT_WALLET_FACTORY("AgentWalletFactory", 0x0b),
    WRAPPED_NATIVE("WrappedNative", 0x0c);

    /// Codeless; what it holds counts as burned.
    public static final String BURN_ADDRESS_HEX = "0x000000000000000000000000000000000000dead";

    private static final int ADDRESS_PREFIX = 0xA55A << 16;

    private final String contractName;
    private final String addressHex;

    SystemContract(String contractName, int number) {
        this.contractName = contractName;
        this.addressHex = "0x%040x".formatted(Integer.toUnsignedLong(ADDRESS_PREFIX | number));
    }

    /// The Solidity contract's name.
    public String contractName() {
        return contractName;
    }

    /// 0x and 40 lower-case hex digits.
    public String addressHex() {
        return addressHex;
    }

    /// Whether the artifact is among the resources: a contract that is not written yet has none.
    public boolean isAvailable() {
        return SystemContract.class.getResource(resourceName()) != null;
    }

    /// The artifact's JSON text. Throws if `isAvailable` is false.
    public String artifactJson() {
        try (InputStream stream = SystemContract.class.getResourceAsStream(resourceName())) {
            if (stream == null) {
                throw new IllegalStateException("no artifact of " + contractName);
            }
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Creation code, 0x-prefixed hex. Genesis appends the ABI-encoded constructor arguments
    /// (`contracts/README.md`) and runs it with `address(this)` = `addressHex`.
    public String creationCodeHex() {
        return field("bytecode").asText();
    }

    /// The ABI as JSON text, an array.
    public String abiJson() {
        return field("abi").toString();
    }

    private JsonNode field(String name) {
        try {
            return new JsonMapper().readTree(artifactJson()).required(name);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String resourceName() {
        return "/org/assay/contracts/" + contractName + ".json";
    }
}
