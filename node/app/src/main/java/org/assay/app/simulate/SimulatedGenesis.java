package org.assay.app.simulate;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.assay.chain.ChainSpec;
import org.assay.consensus.Validators;
import org.assay.consensus.message.ExtraData;
import org.assay.consensus.simulation.Network;
import org.assay.primitives.Address;

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

    private static final ConcurrentHashMap<Network, ChainSpec> KNOWN = new ConcurrentHashMap<>();

    private SimulatedGenesis() {}

    static ChainSpec of(Network network) {
        return KNOWN.computeIfAbsent(network, SimulatedGenesis::make);
    }

    private static ChainSpec make(Network network) {
        StringBuilder alloc = new StringBuilder();
        for (Address client : Clients.addresses()) {
            alloc.append("\"%s\": {\"balance\": \"1000000000000000000000\"},".formatted(client));
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
