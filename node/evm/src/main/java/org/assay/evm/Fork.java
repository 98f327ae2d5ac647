package org.assay.evm;

/// The rule sets of the execution layer, oldest first. Forks without a change to the EVM (DAO,
/// difficulty bombs, blob-parameter-only forks) are not here: the last are rows of a blob
/// schedule.
public enum Fork {
    FRONTIER(0, "Frontier"),
    HOMESTEAD(1, "Homestead"),
    TANGERINE_WHISTLE(2, "EIP150"),
    SPURIOUS_DRAGON(3, "EIP158"),
    BYZANTIUM(4, "Byzantium"),
    CONSTANTINOPLE(5, "Constantinople"),
    PETERSBURG(6, "ConstantinopleFix"),
    ISTANBUL(7, "Istanbul"),
    BERLIN(8, "Berlin"),
    LONDON(9, "London"),
    PARIS(10, "Paris"),
    SHANGHAI(11, "Shanghai"),
    CANCUN(12, "Cancun"),
    PRAGUE(13, "Prague"),
    OSAKA(14, "Osaka");

    public static final int COUNT = 15;

    private final int index;
    private final String testName;

    Fork(int index, String testName) {
        this.index = index;
        this.testName = testName;
    }

    /// The row of this fork in a table of all forks: 0 for the oldest, below [#COUNT].
    public int index() {
        return index;
    }

    /// The name that Ethereum's reference tests use.
    public String testName() {
        return testName;
    }

    /// Whether the rules of `other` hold here, changed or not by later forks.
    public boolean isAtLeast(Fork other) {
        return index >= other.index;
    }
}
