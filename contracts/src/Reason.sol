// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Why a verdict is what it is
/// @notice The codes in prologues, events and the RPC. Never renumbered.
library Reason {
    /// @dev The verdict is PASS.
    uint8 internal constant NONE = 0;
    /// @dev No Open in its window, or no certificate by the deadline, or silence in a challenge.
    uint8 internal constant WITHHELD = 1;
    /// @dev A field out of range, a length that is not exact, a value outside the template.
    uint8 internal constant BAD_ENCODING = 2;
    /// @dev The sidecar does not hash to the Open's root, or its length differs.
    uint8 internal constant BAD_ROOT = 3;
    /// @dev A leaf is not under the commit's trace root.
    uint8 internal constant BAD_PATH = 4;
    /// @dev Not the cells that the beacon drew.
    uint8 internal constant BAD_CELLS = 5;
    /// @dev A row fails the projection.
    uint8 internal constant BAD_ROW = 6;
    /// @dev An operation recomputed on opened rows differs.
    uint8 internal constant BAD_GLUE = 7;
    /// @dev The output is not what the last layer gives, or not under the output root.
    uint8 internal constant BAD_OUTPUT = 8;
    /// @dev The claimed work differs from what rows and lengths justify.
    uint8 internal constant BAD_WORK = 9;
    /// @dev The trace does not start from the job's input.
    uint8 internal constant BAD_INPUT = 10;
    /// @dev Work that was already paid.
    uint8 internal constant REPLAYED = 11;
    /// @dev A ruling on a challenge: `pass` says whether the commit stands.
    uint8 internal constant CHALLENGED = 12;

    uint8 internal constant LAST = CHALLENGED;
}
