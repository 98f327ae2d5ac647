package org.assay.app.simulate;

import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.assay.app.node.NodeKeys;
import org.assay.chain.ChainSpec;
import org.assay.chain.genesis.GenesisPlan;
import org.assay.chain.genesis.GenesisWriter;
import org.assay.consensus.Timing;
import org.assay.consensus.Validators;
import org.assay.consensus.message.ExtraData;
import org.assay.consensus.simulation.Network;
import org.assay.primitives.Address;
import org.assay.primitives.UInt256;
import org.assay.primitives.crypto.Bls;
import org.assay.primitives.crypto.SecretKey;

/// The genesis of a seed's network: clients with coins, a contract for them to call, and the
/// validators, in headers where the set stands still and by a contract where it changes. One for
/// all seeds with such a network.
final class SimulatedGenesis {
    static final long CHAIN_ID = 7_331;

    /// Counts its calls, remembers each caller's last count, the proposer, the time and the hash
    /// of the block before, logs, and reverts when it is sent an odd number of wei.
    static final Address COUNTER = Address.fromHex("0x00000000000000000000000000000000000c0017");

    /// Answers whatever it is asked with the validators of the next height.
    private static final Address SET =
            Address.fromHex("0x000000000000000000000000000000000005e700");

    /// Blocks of an epoch of an Assay chain.
    private static final long EPOCH_BLOCKS = 8;

    private static final UInt256 COIN = UInt256.of(1_000_000_000_000_000_000L);
    private static final UInt256 CLIENT_WEI = COIN.multiply(UInt256.of(1_000));
    private static final ConcurrentHashMap<Kind, ChainSpec> KNOWN = new ConcurrentHashMap<>();

    private SimulatedGenesis() {}

    /// What tells one genesis from another.
    private record Kind(List<Address> members, boolean changingSet, Timing timing, boolean assay) {
        static Kind of(Network network, boolean assay) {
            return new Kind(network.members(), network.changingSet(), network.timing(), assay);
        }
    }

    /// A QBFT chain as Besu's.
    static ChainSpec of(Network network) {
        return KNOWN.computeIfAbsent(Kind.of(network, false), kind -> make(network));
    }

    /// An Assay chain, with staking, prologue and emission.
    static ChainSpec ofAssay(Network network) {
        return KNOWN.computeIfAbsent(Kind.of(network, true), kind -> makeAssay(network));
    }

    private static ChainSpec makeAssay(Network network) {
        TreeMap<Address, UInt256> balances = new TreeMap<>();
        Clients.addresses().forEach(client -> balances.put(client, CLIENT_WEI));
        List<GenesisPlan.Validator> validators =
                network.keys().stream().map(SimulatedGenesis::validator).toList();
        String json =
                GenesisWriter.write(
                        new GenesisPlan(
                                CHAIN_ID,
                                network.genesisSeconds(),
                                100_000_000,
                                new GenesisPlan.Timing(
                                        network.timing().blockPeriodMillis() / 1000,
                                        network.timing().requestTimeoutMillis() / 1000,
                                        EPOCH_BLOCKS),
                                validators,
                                balances,
                                List.of(),
                                "\"assay\"",
                                Clients.addresses().getFirst(),
                                GenesisPlan.Work.QUICK));
        int alloc = json.indexOf('{', json.indexOf("\"alloc\"")) + 1;
        return ChainSpec.parse(
                json.substring(0, alloc)
                        + account(COUNTER, counterCode())
                        + ","
                        + json.substring(alloc));
    }

    private static GenesisPlan.Validator validator(SecretKey key) {
        return new GenesisPlan.Validator(
                key.address(),
                Bls.publicKey(NodeKeys.beaconSecret(key)),
                CLIENT_WEI,
                COIN.multiply(UInt256.of(10)));
    }

    private static ChainSpec make(Network network) {
        StringBuilder alloc = new StringBuilder();
        for (Address client : Clients.addresses()) {
            alloc.append("\"%s\": {\"balance\": \"%s\"},".formatted(client, CLIENT_WEI));
        }
        alloc.append(account(COUNTER, counterCode()));
        if (network.changingSet()) {
            alloc.append(',').append(account(SET, setCode(network.members())));
        }
        List<Address> named =
                network.changingSet() ? List.of() : Validators.of(network.members()).sorted();
        String json =
                """
                {"config": {"chainId": %d, "berlinBlock": 0, "londonBlock": 0,
                  "shanghaiTime": 0, "cancunTime": 0, "pragueTime": 0, "osakaTime": 0,
                  "qbft": {"epochlength": 30000, "blockperiodseconds": %d,
                    "emptyblockperiodseconds": %d, "requesttimeoutseconds": %d%s}},
                 "difficulty": "0x1", "gasLimit": "0x1c9c380", "timestamp": "%d",
                 "extraData": "%s", "alloc": {%s}}
                """
                        .formatted(
                                CHAIN_ID,
                                network.timing().blockPeriodMillis() / 1000,
                                network.timing().emptyBlockPeriodMillis() / 1000,
                                network.timing().requestTimeoutMillis() / 1000,
                                network.changingSet()
                                        ? ", \"validatorcontractaddress\": \"" + SET + "\""
                                        : "",
                                network.genesisSeconds(),
                                ExtraData.ofProposal(
                                                ExtraData.VANITY_ZERO, named, Optional.empty(), 0)
                                        .encode(),
                                alloc);
        return ChainSpec.parse(json);
    }

    private static String account(Address address, String code) {
        return "\"%s\": {\"balance\": \"0\", \"code\": \"0x%s\"}".formatted(address, code);
    }

    private static String counterCode() {
        return "34600116602657" // CALLVALUE & 1: to the revert
                + "5f54600101805f55" // slot 0 counts
                + "3355" // slot CALLER
                + "6001430340600155" // slot 1: BLOCKHASH(NUMBER - 1)
                + "41600255" // slot 2: COINBASE
                + "42600355" // slot 3: TIMESTAMP
                + "335f5fa100" // LOG1 with the caller
                + "5b5f5ffd"; // at 0x26: REVERT
    }

    /// Code that answers the ABI list of `members`, less the one whose turn it is to be away in
    /// the height after NUMBER; the list follows the code.
    private static String setCode(List<Address> members) {
        StringBuilder list = new StringBuilder();
        for (Address member : members) {
            list.append("00".repeat(12)).append(member.toString().substring(2));
        }
        int codeBytes = setCode(members.size(), 0).length() / 2;
        return setCode(members.size(), codeBytes) + list;
    }

    private static String setCode(int count, int listStart) {
        int bytes = count * 32;
        return "60%02x60%02x604039".formatted(bytes, listStart) // CODECOPY of all to 0x40
                + "60205f52" // where the list begins
                + "60%02x602052".formatted(count - 1) // its length
                + "60%02x60%02x4360010104".formatted(count, Network.AWAY_BLOCKS)
                + "0660051b" // ((NUMBER + 1) / 4 % count) * 32
                + "60%02x".formatted(bytes)
                + "81606001826040015e50" // MCOPY of what follows that one over it
                + "61%04x5ff3".formatted(64 + bytes - 32);
    }
}
