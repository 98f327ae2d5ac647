package org.assay.consensus;

/// Why a message did not count. Each says whether its author is to blame: whether an honest
/// validator could never have sent it.
public enum Refusal {
    NOT_A_VALIDATOR(true),
    WRONG_HEIGHT(false),
    WRONG_ROUND(false),
    ROUND_TOO_HIGH(true),
    NOT_THE_PROPOSER(true),
    WRONG_BLOCK_NUMBER(true),
    EXTRA_DATA_OF_ANOTHER_ROUND(true),
    SECOND_PROPOSAL(true),
    JUSTIFICATION_IN_ROUND_ZERO(true),
    TOO_FEW_ROUND_CHANGES(true),
    TWO_ROUND_CHANGES_OF_ONE_AUTHOR(true),
    ROUND_CHANGE_NOT_BY_A_VALIDATOR(true),
    ROUND_CHANGE_FOR_ANOTHER_ROUND(true),
    PREPARED_ROUND_NOT_BEFORE_TARGET(true),
    TWO_DIGESTS_PREPARED_IN_ONE_ROUND(true),
    NOT_THE_PREPARED_BLOCK(true),
    PREPARES_WITHOUT_METADATA(true),
    TOO_FEW_PREPARES(true),
    TWO_PREPARES_OF_ONE_AUTHOR(true),
    PREPARE_NOT_BY_A_VALIDATOR(true),
    PREPARE_FOR_SOMETHING_ELSE(true),
    COINBASE_IS_NOT_THE_PROPOSER(true),
    TARGET_ROUND_ZERO(true),
    METADATA_WITHOUT_BLOCK(true),
    BLOCK_WITHOUT_METADATA(true),
    DIGEST_OF_ANOTHER_BLOCK(false),
    SEAL_BY_ANOTHER_KEY(true),
    INVALID_BLOCK(true);

    private final boolean blamesAuthor;

    Refusal(boolean blamesAuthor) {
        this.blamesAuthor = blamesAuthor;
    }

    public boolean blamesAuthor() {
        return blamesAuthor;
    }
}
