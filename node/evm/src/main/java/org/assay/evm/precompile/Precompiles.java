package org.assay.evm.precompile;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.assay.evm.Fork;
import org.assay.primitives.Address;
import org.jspecify.annotations.Nullable;

/// The precompiled contracts of one fork, by address. Immutable.
public final class Precompiles {
    /// The highest address number with a contract, P256VERIFY's (EIP-7951).
    private static final int NUMBER_MAX = 0x100;

    private static final Precompiles[] BY_FORK = build();

    private final @Nullable Precompile[] byNumber;

    /// Those of the fork, before any was moved.
    private final Precompiles origin;

    /// Contracts at other addresses than their own, for simulations.
    private final Map<Address, Precompile> moved;

    private final List<Address> addresses;

    private Precompiles(
            @Nullable Precompile[] byNumber,
            Map<Address, Precompile> moved,
            @Nullable Precompiles origin) {
        this.byNumber = byNumber;
        this.origin = origin == null ? this : origin;
        this.moved = moved;
        List<Address> present = new ArrayList<>();
        for (int number = 1; number <= NUMBER_MAX; number++) {
            if (byNumber[number] != null) {
                present.add(Address.ofNumber(number));
            }
        }
        present.addAll(moved.keySet());
        this.addresses = List.copyOf(present);
    }

    /// These contracts with the one at `from` gone (there must be one), and at `to` instead
    /// unless that is null.
    public Precompiles move(Address from, @Nullable Address to) {
        Precompile contract = at(from);
        if (contract == null) {
            throw new IllegalArgumentException("no precompiled contract at " + from);
        }
        @Nullable Precompile[] rest = byNumber.clone();
        Map<Address, Precompile> elsewhere = new TreeMap<>(moved);
        if (elsewhere.remove(from) == null) {
            rest[from.a2()] = null;
        }
        if (to != null) {
            elsewhere.put(to, contract);
        }
        return new Precompiles(rest, elsewhere, origin);
    }

    /// A contract, its address number, and the first fork that has it.
    private record Row(int number, Fork since, Precompile contract) {}

    /// The table. One row an address; prices that change by fork are the contract's own.
    private static List<Row> rows() {
        return List.of(
                new Row(0x01, Fork.FRONTIER, new EcRecover()),
                new Row(0x02, Fork.FRONTIER, new Sha256Contract()),
                new Row(0x03, Fork.FRONTIER, new Ripemd160Contract()),
                new Row(0x04, Fork.FRONTIER, new Identity()),
                new Row(0x05, Fork.BYZANTIUM, new ModExp()),
                new Row(0x06, Fork.BYZANTIUM, new Bn128Add()),
                new Row(0x07, Fork.BYZANTIUM, new Bn128Mul()),
                new Row(0x08, Fork.BYZANTIUM, new Bn128Pairing()),
                new Row(0x09, Fork.ISTANBUL, new Blake2F()),
                new Row(0x0a, Fork.CANCUN, new PointEvaluation()),
                new Row(0x0b, Fork.PRAGUE, new BlsG1Add()),
                new Row(0x0c, Fork.PRAGUE, new BlsG1Msm()),
                new Row(0x0d, Fork.PRAGUE, new BlsG2Add()),
                new Row(0x0e, Fork.PRAGUE, new BlsG2Msm()),
                new Row(0x0f, Fork.PRAGUE, new BlsPairing()),
                new Row(0x10, Fork.PRAGUE, new BlsMapFpToG1()),
                new Row(0x11, Fork.PRAGUE, new BlsMapFp2ToG2()),
                new Row(0x100, Fork.OSAKA, new P256Verify()));
    }

    private static Precompiles[] build() {
        Precompiles[] table = new Precompiles[Fork.COUNT];
        for (Fork fork : Fork.values()) {
            @Nullable Precompile[] byNumber = new @Nullable Precompile[NUMBER_MAX + 1];
            for (Row row : rows()) {
                if (fork.isAtLeast(row.since())) {
                    byNumber[row.number()] = row.contract();
                }
            }
            table[fork.index()] = new Precompiles(byNumber, Map.of(), null);
        }
        return table;
    }

    public static Precompiles forFork(Fork fork) {
        return BY_FORK[fork.index()];
    }

    /// The contract at `address`, or null.
    public @Nullable Precompile at(Address address) {
        Precompile elsewhere = moved.isEmpty() ? null : moved.get(address);
        return elsewhere != null ? elsewhere : at(address.a0(), address.a1(), address.a2());
    }

    private @Nullable Precompile at(long a0, long a1, int a2) {
        return (a0 | a1) == 0 && a2 > 0 && a2 <= NUMBER_MAX ? byNumber[a2] : null;
    }

    /// Whether the address is warm from the start of a transaction (EIP-2929): one of the fork's,
    /// for moving a contract does not change that.
    public boolean isWarm(Address address) {
        return origin.at(address) != null;
    }

    /// All addresses with a contract, ascending.
    public List<Address> addresses() {
        return addresses;
    }
}
