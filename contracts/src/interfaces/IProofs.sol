// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Commits, Opens and challenges
/// @notice Where a provider binds itself to its work before the beacon says which cells to show. Verdicts come
/// through the prologue; this contract says when they are due.
///
/// Timing, with f = ⌊(N−1)/3⌋ and Δ = max(2, f+1), N the validators at the block that starts the wait:
/// h0 the Commit's block; h1 = `Prologue.distinctHeight(h0, Δ, f+1)`, the first block at least Δ later with f+1
/// distinct coinbases in (h0, h1]; the Open's block hO in (h1+3, h1+3+W]; E the first multiple of epochBlocks
/// that is at least `Prologue.distinctHeight(hO, Δ, f+1)`, with N taken at hO; cells come from mix(h1+3), the
/// projection from mix(E).
interface IProofs {
    struct CommitRecord {
        address provider;
        uint8 kind;
        uint16 faults;
        uint64 height;
        bytes32 jobId;
        bytes32 templateId;
        bytes32 inputRoot;
        bytes32 outputRoot;
        bytes32 traceRoot;
        uint32 rows;
        uint32 seqs;
        uint64 workUnits;
        uint64 expiry;
    }

    /// @param height hO; 0 while there is no Open.
    /// @param auditHeight h1.
    struct OpenRecord {
        uint64 height;
        uint64 auditHeight;
        uint16 cellCount;
        uint16 faults;
        uint32 sidecarBytes;
        bytes32 sidecarRoot;
    }

    /// @notice What the next prologue owes a commit, as chain state says it after this block.
    enum Due {
        NOTHING,
        VERDICT,
        WITHHELD,
        RULING
    }

    /// @param epochBlocks Blocks an epoch.
    /// @param openBlocks W, blocks in which an Open is taken.
    /// @param attestationBlocks Blocks after the Open in which the certificate must be on chain.
    /// @param challengeWindowBlocks Blocks after the verdict in which a challenge can be opened.
    /// @param challengeStepBlocks W_c, blocks for each step of a challenge.
    /// @param challengeBondWei What a challenger puts up.
    /// @param commitsPerEpoch, cellsPerEpoch, sidecarBytesPerEpoch Caps; one Open takes at most an eighth.
    struct Params {
        uint64 epochBlocks;
        uint64 openBlocks;
        uint64 attestationBlocks;
        uint64 challengeWindowBlocks;
        uint64 challengeStepBlocks;
        uint128 challengeBondWei;
        uint64 commitsPerEpoch;
        uint64 cellsPerEpoch;
        uint64 sidecarBytesPerEpoch;
    }

    /// @notice Whose turn it is in a challenge.
    enum Stage {
        NONE,
        PROVIDER,
        CHALLENGER,
        RULING
    }

    /// @param deadline Last block of the turn.
    /// @param openedHeight Block in which the challenge was opened.
    /// @param levelsLeft Levels of the trace tree below `node`, by the challenger's claim of the depth.
    /// @param depth That claim.
    /// @param index Position of `node` in its level.
    /// @param rulingIndex Index of the ruling that decides it.
    struct Challenge {
        address challenger;
        Stage stage;
        uint8 depth;
        uint8 levelsLeft;
        uint64 deadline;
        uint64 openedHeight;
        uint64 index;
        uint32 rulingIndex;
        uint128 bondWei;
        bytes32 node;
    }

    error WrongLength(uint256 length, uint256 expected);
    error WrongVersion(uint256 version);
    error WrongKind(uint256 kind, uint256 expected);
    error WrongFlags(uint256 flags);
    error WrongChain(uint256 chainId);
    error WrongSignature(address provider);
    error WrongJobState(bytes32 jobId);
    error WrongProvider(address provider, address expected);
    error WrongTemplate(bytes32 templateId, bytes32 expected);
    error WrongInputRoot(bytes32 inputRoot, bytes32 expected);
    error WrongRows(uint256 rows, uint256 expected);
    error WrongSeqs(uint256 seqs, uint256 expected);
    error WrongExpiry(uint256 expiry, uint256 expected);
    error CommitExpired(uint256 expiry);
    error UnknownCommit(bytes32 commitId);
    error AlreadyOpened(bytes32 commitId);
    error OutsideWindow(uint256 height, uint256 firstHeight, uint256 lastHeight);
    error EmptyOpen();
    error EpochFull(string what, uint256 asked, uint256 left);
    error BadConstructor();
    error NotChallengeable(bytes32 commitId);
    error AlreadyChallenged(bytes32 commitId);
    error WrongBond(uint256 sentWei, uint256 bondWei);
    error DepthTooLarge(uint256 depth);
    error WrongStage(bytes32 commitId, Stage stage);
    error TurnOver(uint256 height, uint256 deadline);
    error TurnNotOver(uint256 height, uint256 deadline);
    error NotTheChallenger(address caller);
    error NotTheProvider(address caller);
    error WrongCount(uint256 count, uint256 expected);
    error WrongNode(bytes32 computed, bytes32 expected);
    error NothingToWithdraw(address account);

    event Committed(
        bytes32 indexed commitId,
        bytes32 indexed jobId,
        address indexed provider,
        bytes32 templateId,
        bytes32 inputRoot,
        bytes32 outputRoot,
        bytes32 traceRoot,
        uint8 kind,
        uint32 rows,
        uint32 seqs,
        uint64 workUnits,
        uint64 expiry
    );
    event Opened(
        bytes32 indexed commitId,
        address indexed provider,
        uint64 auditHeight,
        uint16 cellCount,
        uint32 sidecarBytes,
        bytes32 sidecarRoot
    );

    /// @notice Takes the 281 bytes of a Commit (PROOFS section 2, little-endian). The provider sends it itself
    /// (then the signature may be anything) or anyone does with the provider's signature of commitId.
    function commit(bytes calldata encoded) external returns (bytes32 commitId);

    /// @notice Takes the 135 bytes of an Open, sent by the provider or with its signature of
    /// keccak256(Open[0..70)).
    function open(bytes calldata encoded) external;

    /// @dev Reverts with `UnknownCommit`; so do all views that take a commitId and do not say otherwise.
    function commitOf(bytes32 commitId) external view returns (CommitRecord memory);

    function openOf(bytes32 commitId) external view returns (OpenRecord memory);

    /// @notice h1, 0 while it is not known.
    function auditHeight(bytes32 commitId) external view returns (uint256);

    /// @notice E, 0 while there is no Open or E is not known.
    function verifyEpochBlock(bytes32 commitId) external view returns (uint256);

    /// @notice Last block in which what the commit waits for can come: its Open, or after that its certificate.
    /// 0 while h1 is not known. FAIL/WITHHELD is due from the block after it.
    function deadlineOf(bytes32 commitId) external view returns (uint256);

    /// @notice What the next block's prologue owes the commit. Never reverts: nothing is owed an unknown one.
    function dueOf(bytes32 commitId) external view returns (Due);

    /// @notice The commit for a job, 0 if there is none.
    function commitOfJob(bytes32 jobId) external view returns (bytes32 commitId);

    function commitCount() external view returns (uint256);

    /// @notice Commits in the order of their inclusion.
    function commitAt(uint256 index) external view returns (bytes32 commitId);

    /// @notice Last block in which the commit's verdict can be challenged, 0 before the verdict. A challenge
    /// that fails adds its own length, so that nobody can sit the window out behind a mock challenge.
    function challengeDeadline(bytes32 commitId) external view returns (uint256);

    /// @notice Whether a challenge of the commit is open: its reward must wait.
    function isChallenged(bytes32 commitId) external view returns (bool);

    /// @notice Whether a challenge proved the commit wrong.
    function isOverturned(bytes32 commitId) external view returns (bool);

    event ChallengeOpened(bytes32 indexed commitId, address indexed challenger, uint8 depth, uint64 deadline);
    /// @notice The children 2^min(8, levelsLeft) levels down are in the calldata of this transaction.
    event ChallengeAnswered(bytes32 indexed commitId, bytes32 node, uint64 deadline);
    event ChallengeDescended(
        bytes32 indexed commitId, bytes32 node, uint64 index, uint8 levelsLeft, uint64 deadline
    );
    event RulingAsked(bytes32 indexed commitId, bytes32 node, uint64 index, uint8 levelsLeft);
    event ChallengeResolved(bytes32 indexed commitId, address indexed challenger, bool upheld);
    event Withdrawn(address indexed account, uint256 wei_);

    /// @notice Opens a challenge of a passed commit with exactly the bond. One at a time.
    /// @param depth Levels of the commit's trace tree, which template and lengths determine; the provider can
    /// contest it.
    function challenge(bytes32 commitId, uint8 depth) external payable;

    /// @notice Answers for the provider: the 2^min(8, levelsLeft) hashes below the challenged node, left to
    /// right. Anyone may: what counts is that they are public.
    function answer(bytes32 commitId, bytes32[] calldata hashes) external;

    /// @notice The challenger goes down to one of the answered hashes; at a leaf the voters rule.
    /// @param child Its position among the answered ones.
    /// @param path Its siblings from bottom to top.
    function descend(bytes32 commitId, uint256 child, bytes32 hash, bytes32[] calldata path) external;

    /// @notice The provider holds the claimed depth for wrong and asks the voters instead of answering.
    function askRuling(bytes32 commitId) external;

    /// @notice Ends a challenge that was ruled on or whose turn has run out. The provider's silence or a
    /// ruling against it overturns the commit: pending rewards and the whole stake go, a tenth to the
    /// challenger, whose bond comes back. Else the bond burns. A ruling that does not come in sixteen
    /// turns' time ends it with the bond returned and the commit standing.
    function resolve(bytes32 commitId) external;

    /// @notice Pays what is credited to `account` (bonds) to it.
    function withdraw(address account) external;

    function balanceOf(address account) external view returns (uint256);

    function challengeOf(bytes32 commitId) external view returns (Challenge memory);
}
