package org.assay.evm;

/// What a fork fixes besides the opcode prices of [GasTable], as one row of values. All prices in
/// gas, all sizes in bytes. Mutable while its row is built, then only read.
final class Rules {
    /// EIP-7825: no transaction may ask for more than 2^24 gas.
    static final long TRANSACTION_GAS_MAX = 1L << 24;

    /// EIP-3860: initcode is at most twice the largest code.
    static final int CODE_BYTES_MAX = 24576;

    static final int INITCODE_BYTES_MAX = 2 * CODE_BYTES_MAX;

    static final long TRANSACTION_BASE_GAS = 21000;
    static final long CREATE_GAS = 32000;
    static final long ACCESS_LIST_ADDRESS_GAS = 2400;
    static final long ACCESS_LIST_SLOT_GAS = 1900;

    /// EIP-7702: charged for each authorization, of which all but 12500 comes back when the
    /// authority exists already.
    static final long AUTHORIZATION_GAS = 25000;

    static final long AUTHORIZATION_BASE_GAS = 12500;

    static final long BLOB_GAS = 1 << 17;

    /// How SSTORE is metered.
    enum StorageMetering {
        /// YP: 20000 for zero to non-zero, else 5000.
        PLAIN,
        /// EIP-1283: net of the transaction.
        NET,
        /// EIP-2200: the same, with a stipend guard.
        NET_GUARDED,
        /// EIP-2929 over EIP-2200.
        WARM_COLD
    }

    private static final Rules[] BY_FORK = build();

    final Fork fork;
    final short[] opcodeGas;

    StorageMetering storageMetering = StorageMetering.PLAIN;
    long storageWarmGas = 200;
    long storageClearRefund = 15000;
    long refundQuotient = 2;
    long expByteGas = 10;
    long callDataNonZeroGas = 68;

    /// What a first access costs beyond the warm price; zero before EIP-2929.
    long accountColdExtraGas;

    long slotColdExtraGas;

    /// EIP-2: contract-creating transactions pay for it and a failed code deposit fails all.
    boolean homestead;

    /// EIP-150: a call passes on at most 63/64 of the gas.
    boolean keepsSixtyFourth;

    /// EIP-161: no empty accounts; nonce 1 for new contracts.
    boolean clearsEmpty;

    /// EIP-170: 2^63 means no limit.
    long codeBytesMax = Long.MAX_VALUE;

    /// EIP-2929 and EIP-2930.
    boolean hasWarmAndCold;

    /// EIP-3541: new code may not begin with 0xef.
    boolean refusesEf;

    /// EIP-1559.
    boolean hasBaseFee;

    /// EIP-4399.
    boolean isMerged;

    /// EIP-3651 and EIP-3860.
    boolean shanghai;

    /// EIP-6780, EIP-4844, EIP-1153.
    boolean cancun;

    /// EIP-7702 and EIP-7623.
    boolean prague;

    /// EIP-7825, EIP-7594 and others.
    boolean osaka;

    /// EIP-3529: SELFDESTRUCT refunds nothing.
    boolean hasLondonRefunds() {
        return refundQuotient == 5;
    }

    private Rules(Fork fork) {
        this.fork = fork;
        this.opcodeGas = GasTable.forFork(fork);
    }

    static Rules forFork(Fork fork) {
        return BY_FORK[fork.index()];
    }

    private static Rules[] build() {
        Rules[] table = new Rules[Fork.COUNT];
        for (Fork fork : Fork.values()) {
            Rules rules = new Rules(fork);
            for (Fork past : Fork.values()) {
                if (fork.isAtLeast(past)) {
                    rules.amend(past);
                }
            }
            table[fork.index()] = rules;
        }
        return table;
    }

    private void amend(Fork change) {
        switch (change) {
            case FRONTIER, BYZANTIUM -> {}
            case HOMESTEAD -> homestead = true;
            case TANGERINE_WHISTLE -> keepsSixtyFourth = true;
            case SPURIOUS_DRAGON -> {
                clearsEmpty = true;
                codeBytesMax = CODE_BYTES_MAX;
                expByteGas = 50; // EIP-160
            }
            case CONSTANTINOPLE -> storageMetering = StorageMetering.NET;
            case PETERSBURG -> storageMetering = StorageMetering.PLAIN; // EIP-1716
            case ISTANBUL -> {
                storageMetering = StorageMetering.NET_GUARDED;
                storageWarmGas = 800;
                callDataNonZeroGas = 16; // EIP-2028
            }
            case BERLIN -> {
                storageMetering = StorageMetering.WARM_COLD;
                storageWarmGas = 100;
                hasWarmAndCold = true;
                accountColdExtraGas = 2500;
                slotColdExtraGas = 2000;
            }
            case LONDON -> {
                hasBaseFee = true;
                refusesEf = true;
                refundQuotient = 5; // EIP-3529
                storageClearRefund = 4800;
            }
            case PARIS -> isMerged = true;
            case SHANGHAI -> shanghai = true;
            case CANCUN -> cancun = true;
            case PRAGUE -> prague = true;
            case OSAKA -> osaka = true;
        }
    }
}
