// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Escrow of jobs: the states of ERC-8183 with the proof verifier as the evaluator
/// @notice Open → Funded → Submitted → Completed | Rejected | Expired. The fee is in native coin and in escrow
/// before work starts. Nobody's judgement is asked: `settle` and `reject` only carry out the verdict that the
/// prologue recorded, and anyone may call them.
interface IJobs {
    enum State {
        NONE,
        OPEN,
        FUNDED,
        SUBMITTED,
        COMPLETED,
        REJECTED,
        EXPIRED
    }

    /// @param templateId A template of `ModelRegistry`.
    /// @param provider Who may accept; zero for the first to.
    /// @param inputRoot What the input hashes to, as the template's kind defines it.
    /// @param rows Input rows, at least 1.
    /// @param seqs Sequences, at least 1; equal to `rows` where the kind has none.
    /// @param maxNew Most tokens generated for a sequence.
    /// @param expiry Last block in which a commit is taken.
    /// @param hook Called after settlement and rejection with bounded gas; a failing hook changes nothing. Zero
    /// for none.
    /// @param feeWei What the customer pays, at least 1.
    struct Request {
        bytes32 templateId;
        address provider;
        bytes32 inputRoot;
        uint32 rows;
        uint32 seqs;
        uint32 maxNew;
        uint64 expiry;
        address hook;
        uint128 feeWei;
    }

    /// @param assignedHeight Block in which `provider` accepted; 0 while nobody has. mix(assignedHeight) is in
    /// the job's seed.
    /// @param commitId The one commit for this job, 0 while there is none.
    struct Job {
        address customer;
        address provider;
        bytes32 templateId;
        bytes32 inputRoot;
        uint32 rows;
        uint32 seqs;
        uint32 maxNew;
        uint64 expiry;
        uint128 feeWei;
        uint64 assignedHeight;
        State state;
        bytes32 commitId;
        address hook;
    }

    /// @notice What the constructor takes.
    /// @param burnBps Part of the fee that burns on completion, in 1/10000; the division rounds down.
    /// @param stakePerValueBps Stake that a provider needs for the fees it has accepted, in 1/10000; 22000 is
    /// PROOFS section 5's 2.2 for an audit rate of 1.
    /// @param stallBlocks Blocks after a commit from which its job can expire without a verdict: longer than
    /// the longest honest way from commit to verdict.
    struct Params {
        uint32 burnBps;
        uint32 stakePerValueBps;
        uint64 stallBlocks;
    }

    error UnknownJob(bytes32 jobId);
    error WrongState(bytes32 jobId, State state);
    error NotTheCustomer(address caller);
    error NotTheProvider(address caller);
    error NotAllowed(address caller);
    error UnknownTemplate(bytes32 templateId);
    error EmptyJob();
    error FeeMissing();
    error WrongFee(uint256 sentWei, uint256 feeWei);
    error ExpiryInThePast(uint256 expiry);
    error JobExpired(bytes32 jobId, uint256 expiry);
    error NotExpired(bytes32 jobId);
    error StakeTooSmall(address provider, uint256 stakeWei, uint256 neededWei);
    error NoVerdict(bytes32 jobId);
    error VerdictIsFail(bytes32 jobId, uint8 reason);
    error VerdictIsPass(bytes32 jobId);
    error AnswersTooLong(uint256 length);
    error AnswersDiffer(bytes32 outputRoot, bytes32 answersHash);
    error NothingToWithdraw(address account);
    error StillSecured(bytes32 jobId);
    error BadConstructor();
    error GasTooLow(uint256 gas, uint256 needed);

    event JobCreated(
        bytes32 indexed jobId,
        address indexed customer,
        bytes32 indexed templateId,
        address provider,
        bytes32 inputRoot,
        uint32 rows,
        uint32 seqs,
        uint32 maxNew,
        uint64 expiry,
        uint128 feeWei
    );
    event JobFunded(bytes32 indexed jobId, uint256 feeWei);
    event JobAccepted(bytes32 indexed jobId, address indexed provider, uint64 height);
    event JobSubmitted(bytes32 indexed jobId, bytes32 indexed commitId, bytes32 outputRoot);
    event AnswersDelivered(bytes32 indexed jobId, bytes answers);
    event JobCompleted(
        bytes32 indexed jobId,
        bytes32 indexed commitId,
        address indexed provider,
        uint256 providerWei,
        uint256 burnWei
    );
    event JobRejected(
        bytes32 indexed jobId, bytes32 indexed commitId, address indexed provider, uint8 reason, uint256 slashedWei
    );
    event JobTimedOut(bytes32 indexed jobId, address indexed paid, uint256 wei_);
    event HookFailed(bytes32 indexed jobId, address hook);
    event Withdrawn(address indexed account, uint256 wei_);

    /// @notice Creates a job; with `request.feeWei` sent along it is funded at once, with nothing it is open.
    /// @return jobId keccak256(abi.encode(chainId, customer, nonce)), the customer's nonce counting from 0.
    function create(Request calldata request) external payable returns (bytes32 jobId);

    /// @notice Puts the fee of an open job in escrow. Anyone may pay it; refunds go to the customer.
    function fund(bytes32 jobId) external payable;

    /// @notice The customer takes an open or not yet accepted job back.
    function cancel(bytes32 jobId) external;

    /// @notice The caller, a staked provider, takes the job.
    function accept(bytes32 jobId) external;

    /// @notice `Proofs` only: the job's commit is in.
    function markSubmitted(bytes32 jobId, bytes32 commitId, bytes32 outputRoot) external;

    /// @notice The provider puts the answers on chain (as an event), at most `ANSWERS_BYTES_MAX`; SHA-256 of
    /// them must be the commit's outputRoot.
    function submit(bytes32 jobId, bytes calldata answers) external;

    /// @notice After PASS: credits the provider's part of the fee, burns the rest, records the work for its
    /// reward.
    function settle(bytes32 jobId) external;

    /// @notice After FAIL: credits the customer the whole fee (unless `expire` already paid it out), takes the
    /// provider's pending rewards and its whole stake. The finder's tenth goes to the coinbase of the verdict's
    /// block. After a lost challenge, which has slashed already, only the fee goes back.
    function reject(bytes32 jobId) external;

    /// @notice After the expiry and without a verdict in time: credits the fee to whoever was ready. That is the
    /// provider (less the burned part) if its Open and its certificate are on chain, else the customer.
    function expire(bytes32 jobId) external;

    /// @notice Frees the provider's stake of a completed job once its challenge window is over.
    function release(bytes32 jobId) external;

    /// @notice Pays what is credited to `account` to it.
    function withdraw(address account) external;

    function jobOf(bytes32 jobId) external view returns (Job memory);

    function nonceOf(address customer) external view returns (uint256);

    function jobCount() external view returns (uint256);

    /// @notice Jobs in the order of their creation.
    function jobAt(uint256 index) external view returns (bytes32 jobId);

    /// @notice What `account` can withdraw.
    function balanceOf(address account) external view returns (uint256);

    /// @notice Fees of jobs that `provider` has accepted and that its stake still answers for.
    function securedWei(address provider) external view returns (uint256);
}
