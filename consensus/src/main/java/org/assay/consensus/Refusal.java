package org.assay.consensus;

import org.assay.primitives.Address;

/// Why a message did not count, and whom that blames.
///
/// A signature covers a message's payload but not the certificates around it, which whoever
/// forwards it can damage. So a bad certificate blames its author only where the author itself
/// sent it.
public enum Refusal {
    NOT_A_VALIDATOR(Blames.AUTHOR),
    WRONG_HEIGHT(Blames.NOBODY),
    WRONG_ROUND(Blames.NOBODY),
    ROUND_TOO_HIGH(Blames.AUTHOR),
    NOT_THE_PROPOSER(Blames.AUTHOR),
    WRONG_BLOCK_NUMBER(Blames.AUTHOR),
    EXTRA_DATA_OF_ANOTHER_ROUND(Blames.AUTHOR),
    SECOND_PROPOSAL(Blames.AUTHOR),
    INVALID_BLOCK(Blames.AUTHOR),
    SEAL_BY_ANOTHER_KEY(Blames.AUTHOR),
    TARGET_ROUND_ZERO(Blames.AUTHOR),
    DIGEST_OF_ANOTHER_BLOCK(Blames.NOBODY),
    COINBASE_IS_NOT_THE_PROPOSER(Blames.SENDER),
    JUSTIFICATION_IN_ROUND_ZERO(Blames.SENDER),
    TOO_FEW_ROUND_CHANGES(Blames.SENDER),
    TWO_ROUND_CHANGES_OF_ONE_AUTHOR(Blames.SENDER),
    ROUND_CHANGE_NOT_BY_A_VALIDATOR(Blames.SENDER),
    ROUND_CHANGE_FOR_ANOTHER_ROUND(Blames.SENDER),
    PREPARED_ROUND_NOT_BEFORE_TARGET(Blames.SENDER),
    TWO_DIGESTS_PREPARED_IN_ONE_ROUND(Blames.SENDER),
    NOT_THE_PREPARED_BLOCK(Blames.SENDER),
    PREPARES_WITHOUT_METADATA(Blames.SENDER),
    TOO_FEW_PREPARES(Blames.SENDER),
    TWO_PREPARES_OF_ONE_AUTHOR(Blames.SENDER),
    PREPARE_NOT_BY_A_VALIDATOR(Blames.SENDER),
    PREPARE_FOR_SOMETHING_ELSE(Blames.SENDER),
    METADATA_WITHOUT_BLOCK(Blames.SENDER),
    BLOCK_WITHOUT_METADATA(Blames.SENDER);

    /// `SENDER`: the author, if the message came from it directly.
    private enum Blames {
        NOBODY,
        SENDER,
        AUTHOR
    }

    private final Blames blames;

    Refusal(Blames blames) {
        this.blames = blames;
    }

    /// Whether a message by `author` that came from `sender` convicts its author.
    boolean blames(Address author, Address sender) {
        return switch (blames) {
            case NOBODY -> false;
            case SENDER -> sender.equals(author);
            case AUTHOR -> true;
        };
    }
}
