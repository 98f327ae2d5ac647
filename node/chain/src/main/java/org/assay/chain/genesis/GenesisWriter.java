package org.assay.chain.genesis;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.assay.chain.ChainSpec;
import org.assay.chain.ConfigException;
import org.assay.chain.HeaderRules;
import org.assay.chain.system.Abi;
import org.assay.consensus.message.ExtraData;
import org.assay.contracts.SystemContract;
import org.assay.evm.BlobSchedule;
import org.assay.evm.BlockContext;
import org.assay.evm.BlockHashes;
import org.assay.evm.CallSimulation;
import org.assay.evm.Fork;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.Invariant;
import org.assay.primitives.UInt256;
import org.assay.primitives.crypto.Keccak;
import org.assay.primitives.state.Account;
import org.assay.primitives.state.StateDiff;
import org.assay.primitives.state.StateView;
import org.jspecify.annotations.Nullable;

/// Turns a [GenesisPlan] into a genesis file that every Ethereum engine reads: each system
/// contract is deployed by running its constructor at its fixed address, and what comes out is
/// listed in `alloc`.
public final class GenesisWriter {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long CONSTRUCTOR_GAS = 1_000_000_000L;
    private static final long CAPS_COMMITS = 2_048;
    private static final long CAPS_CELLS = 3_072;
    private static final long CAPS_SIDECAR_BYTES = 512L << 20;
    private static final long CREDITS_MAX_AGE_SECONDS = 3_600;
    private static final long CREDITS_MIN_INTERVAL_SECONDS = 300;
    private static final long CREDITS_MAX_STEP_BPS = 1_000;

    /// Gas a proposer may spend before its first refund arrives.
    private static final long FIRST_PROLOGUES = 4;

    private final GenesisPlan plan;
    private final ObjectNode alloc = JSON.createObjectNode();

    private GenesisWriter(GenesisPlan plan) {
        this.plan = plan;
    }

    /// The file's text. Throws [ConfigException] for validators that cannot pay their first
    /// prologues.
    public static String write(GenesisPlan plan) {
        return new GenesisWriter(plan).write();
    }

    private String write() {
        checkValidators();
        ObjectNode file = JSON.createObjectNode();
        file.set("config", config());
        file.put("nonce", "0x0");
        file.put("timestamp", quantity(plan.timestamp()));
        file.put("gasLimit", quantity(plan.gasLimit()));
        file.put("difficulty", "0x0");
        file.put("baseFeePerGas", quantity(1_000_000_000L));
        file.put("mixHash", HeaderRules.QBFT_MIX_HASH.toString());
        file.put("coinbase", Address.ZERO.toString());
        file.put(
                "extraData",
                ExtraData.ofProposal(
                                ExtraData.VANITY_ZERO, List.of(), java.util.Optional.empty(), 0)
                        .encode()
                        .toString());
        placeContracts();
        placeThirdParties();
        plan.balances().forEach((address, wei) -> addBalance(address, wei));
        plan.validators().forEach(v -> addBalance(v.address(), v.balanceWei()));
        file.set("alloc", alloc);
        try {
            String text = JSON.writerWithDefaultPrettyPrinter().writeValueAsString(file);
            ChainSpec.parse(text);
            return text;
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void checkValidators() {
        UInt256 least =
                UInt256.of(1_000_000_000L).multiply(UInt256.of(8_000_000 * FIRST_PROLOGUES));
        for (GenesisPlan.Validator validator : plan.validators()) {
            if (validator.balanceWei().compareTo(least) < 0) {
                throw new ConfigException(
                        "validators." + validator.address() + ".balance",
                        validator.balanceWei().toString(),
                        "give at least " + least + " wei, the price of its first prologues");
            }
        }
    }

    private ObjectNode config() {
        ObjectNode config = JSON.createObjectNode();
        config.put("chainId", plan.chainId());
        for (String fork :
                List.of(
                        "homestead",
                        "eip150",
                        "eip155",
                        "eip158",
                        "byzantium",
                        "constantinople",
                        "petersburg",
                        "istanbul",
                        "berlin",
                        "london")) {
            config.put(fork + "Block", 0);
        }
        config.put("terminalTotalDifficulty", 0);
        for (String fork : List.of("shanghai", "cancun", "prague", "osaka")) {
            config.put(fork + "Time", 0);
        }
        ObjectNode qbft = config.putObject("qbft");
        qbft.put("blockperiodseconds", plan.timing().blockPeriodSeconds());
        qbft.put("requesttimeoutseconds", plan.timing().requestTimeoutSeconds());
        qbft.put("epochlength", 30_000);
        qbft.put("validatorcontractaddress", SystemContract.STAKING.addressHex());
        ObjectNode assay = config.putObject("assay");
        assay.put("epochBlocks", plan.timing().epochBlocks());
        assay.put("baseFeePerGasWei", "1000000000");
        assay.put("treasury", plan.treasury().toString());
        assay.putObject("proofs").put("workUnitLog2", plan.work().workUnitLog2());
        try {
            assay.set("emission", JSON.readTree(plan.emission()));
        } catch (JsonProcessingException e) {
            throw new ConfigException("config.assay.emission", plan.emission(), "not JSON");
        }
        return config;
    }

    private void placeContracts() {
        GenesisPlan.Work work = plan.work();
        long epoch = plan.timing().epochBlocks();
        place(SystemContract.PROLOGUE, UInt256.ZERO, Abi.of(genesisMix()));
        placeStaking(work, epoch);
        List<Abi> templates = new ArrayList<>();
        plan.templates().forEach(template -> templates.add(Abi.of(template)));
        place(SystemContract.MODEL_REGISTRY, UInt256.ZERO, new Abi.Array(templates));
        place(
                SystemContract.JOBS,
                UInt256.ZERO,
                Abi.tuple(
                        Abi.of(work.burnBps()),
                        Abi.of(work.stakePerValueBps()),
                        Abi.of(work.stallBlocks())));
        place(
                SystemContract.PROOFS,
                UInt256.ZERO,
                Abi.tuple(
                        Abi.of(epoch),
                        Abi.of(work.openBlocks()),
                        Abi.of(work.attestationBlocks()),
                        Abi.of(work.challengeWindowBlocks()),
                        Abi.of(work.challengeStepBlocks()),
                        Abi.of(work.challengeBondWei()),
                        Abi.of(CAPS_COMMITS),
                        Abi.of(CAPS_CELLS),
                        Abi.of(CAPS_SIDECAR_BYTES)));
        place(
                SystemContract.REWARDS,
                UInt256.ZERO,
                Abi.tuple(
                        Abi.of(epoch),
                        Abi.of(work.vestingParts()),
                        Abi.of(work.vestingPartBlocks()),
                        Abi.of(work.holdBackBps()),
                        Abi.of(work.holdBackBlocks()),
                        Abi.of(work.betaBps())));
        place(
                SystemContract.CREDITS,
                UInt256.ZERO,
                Abi.tuple(
                        Abi.of(CREDITS_MAX_AGE_SECONDS),
                        Abi.of(CREDITS_MIN_INTERVAL_SECONDS),
                        Abi.of(CREDITS_MAX_STEP_BPS),
                        Abi.of(0),
                        Abi.of(0)));
        place(SystemContract.CHANNELS, UInt256.ZERO);
        place(SystemContract.MERKLE_PAYOUT, UInt256.ZERO);
        place(SystemContract.AGENT_REGISTRY, UInt256.ZERO);
        place(SystemContract.AGENT_WALLET_FACTORY, UInt256.ZERO);
        place(SystemContract.WRAPPED_NATIVE, UInt256.ZERO);
    }

    private void placeStaking(GenesisPlan.Work work, long epoch) {
        List<Abi> addresses = new ArrayList<>();
        List<Abi> stakes = new ArrayList<>();
        Bytes keys = Bytes.EMPTY;
        UInt256 total = UInt256.ZERO;
        List<GenesisPlan.Validator> sorted =
                plan.validators().stream()
                        .sorted(java.util.Comparator.comparing(GenesisPlan.Validator::address))
                        .toList();
        for (GenesisPlan.Validator validator : sorted) {
            addresses.add(Abi.of(validator.address()));
            stakes.add(Abi.of(validator.stakeWei()));
            keys = keys.concat(validator.blsKey());
            total = total.addExact(validator.stakeWei());
        }
        place(
                SystemContract.STAKING,
                total,
                Abi.tuple(
                        Abi.of(epoch),
                        Abi.of(work.exitDelayBlocks()),
                        Abi.of(work.minValidatorStakeWei()),
                        Abi.of(work.minProviderStakeWei())),
                new Abi.Array(addresses),
                Abi.of(keys),
                new Abi.Array(stakes));
    }

    /// mix(0): no one's choice, different on every network.
    private Hash genesisMix() {
        byte[] tag = "ASSAY-GENESIS".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        return Keccak.hash256(
                tag, UInt256.of(plan.chainId()).toArray(), UInt256.of(plan.timestamp()).toArray());
    }

    private void place(SystemContract contract, UInt256 balanceWei, Abi... arguments) {
        Address address = Address.fromHex(contract.addressHex());
        Bytes code = Bytes.fromHex(contract.creationCodeHex()).concat(Abi.encode(arguments));
        CallSimulation.Result result = construct(address, code, balanceWei);
        Invariant.check(
                result.success(),
                "the constructor of "
                        + contract.contractName()
                        + " runs: "
                        + result.halt()
                        + " "
                        + result.output());
        ObjectNode entry = alloc.putObject(address.toString());
        entry.put("nonce", "0x1");
        entry.put("balance", balanceWei.toQuantity());
        entry.put("code", result.output().toString());
        StateDiff.Change change = result.diff().changes().get(address);
        if (change != null && !change.storage().isEmpty()) {
            ObjectNode storage = entry.putObject("storage");
            change.storage()
                    .forEach(
                            (slot, value) ->
                                    storage.put(
                                            slot.toHash().toString(), value.toHash().toString()));
        }
    }

    /// Runs creation code as if it were the code at `address`: the constructor sees its own
    /// address, writes its own storage and returns the code to keep.
    private CallSimulation.Result construct(Address address, Bytes code, UInt256 balanceWei) {
        Account account = new Account(1, balanceWei, Keccak.hash256(code));
        StateView state = new SingleContract(address, account, code);
        BlockContext context =
                new BlockContext(
                        Fork.OSAKA,
                        plan.chainId(),
                        0,
                        plan.timestamp(),
                        Address.ZERO,
                        UInt256.ZERO,
                        HeaderRules.QBFT_MIX_HASH,
                        UInt256.ZERO,
                        CONSTRUCTOR_GAS,
                        UInt256.ONE,
                        BlobSchedule.PRAGUE,
                        BlockHashes.NONE);
        return CallSimulation.run(
                state,
                context,
                CallSimulation.Message.call(Address.ZERO, address, Bytes.EMPTY, CONSTRUCTOR_GAS));
    }

    private record SingleContract(Address address, Account contract, Bytes bytecode)
            implements StateView {
        @Override
        public @Nullable Account account(Address asked) {
            return asked.equals(address) ? contract : null;
        }

        @Override
        public UInt256 storage(Address asked, UInt256 slot) {
            return UInt256.ZERO;
        }

        @Override
        public Bytes code(Hash codeHash) {
            return codeHash.equals(contract.codeHash()) ? bytecode : Bytes.EMPTY;
        }

        @Override
        public boolean hasStorage(Address asked) {
            return false;
        }
    }

    private void placeThirdParties() {
        for (JsonNode entry : readResource(ChainSpec.class, "eip-predeploys.json")) {
            putCode(entry.path("address").asText(), entry.path("code").asText());
        }
        for (String name : List.of("Create2Factory", "Multicall3", "Permit2")) {
            JsonNode entry = readResource(SystemContract.class, "thirdparty/" + name + ".json");
            Address address = Address.fromHex(entry.path("address").asText());
            if (entry.has("deployedBytecode")) {
                putCode(address.toString(), entry.path("deployedBytecode").asText());
            } else {
                Bytes creation = Bytes.fromHex(entry.path("bytecode").asText());
                CallSimulation.Result result = construct(address, creation, UInt256.ZERO);
                Invariant.check(result.success(), "the constructor of " + name + " runs");
                putCode(address.toString(), result.output().toString());
            }
        }
    }

    private void putCode(String address, String code) {
        ObjectNode account = alloc.putObject(address);
        account.put("nonce", "0x1");
        account.put("balance", "0x0");
        account.put("code", code);
    }

    private static JsonNode readResource(Class<?> owner, String name) {
        try (InputStream stream = owner.getResourceAsStream(name)) {
            Invariant.check(stream != null, "the resource " + name + " is packaged");
            return JSON.readTree(stream);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void addBalance(Address address, UInt256 wei) {
        JsonNode entry = alloc.get(address.toString());
        ObjectNode account =
                entry instanceof ObjectNode known ? known : alloc.putObject(address.toString());
        UInt256 held = UInt256.parse(account.path("balance").asText("0x0"));
        account.put("balance", held.addExact(wei).toQuantity());
    }

    private static String quantity(long value) {
        return "0x" + Long.toHexString(value);
    }
}
