// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Usage credits at a fixed USD price
/// @notice 100,000 credits cost one USD. They are minted by burning native tokens at the price that the
/// validators report, cannot be transferred, and are burned when they are used for a job.
///
/// The price is the lower median of reports signed by more than two thirds of the current validators. It
/// moves by at most a step at a time and at most once an interval; while it lags behind the median, minting
/// uses the lower of the two, so that a jump never makes credits cheap. Without a fresh price nothing is
/// minted; credits that exist stay usable.
///
/// Re-mint: a share of the tokens behind used credits may be minted again, up to a cap a week. This contract
/// only keeps the account; the emission engine mints.
interface ICredits {
    /// @param maxAgeSeconds How old the oldest report behind a price may be when it mints.
    /// @param minIntervalSeconds Least time between two prices.
    /// @param maxStepBps Most that a price moves, in 1/10,000 of the last, 1 to 5,000.
    /// @param remintBps Share of used tokens that may be minted again, 0 to 10,000.
    /// @param weeklyRemintCapWei Most of that in a week (604,800 s since 1970).
    struct Params {
        uint64 maxAgeSeconds;
        uint64 minIntervalSeconds;
        uint16 maxStepBps;
        uint16 remintBps;
        uint128 weeklyRemintCapWei;
    }

    /// @param validatorIndex Place in `Staking.getValidators()`.
    /// @param price USD for one native token (10^18 wei), times 10^8.
    /// @param timestamp Second of the observation.
    /// @param signature Of `PriceReport(uint128 price,uint64 timestamp)` by that validator.
    struct Report {
        uint8 validatorIndex;
        uint128 price;
        uint64 timestamp;
        bytes signature;
    }

    /// @param price In force, times 10^8; 0 before the first.
    /// @param median Of the reports behind it.
    /// @param updatedAt When it was set.
    /// @param observedAt Timestamp of its oldest report.
    struct Price {
        uint128 price;
        uint128 median;
        uint64 updatedAt;
        uint64 observedAt;
    }

    /// @param credits Used for the job.
    /// @param burnedWei Native tokens that had been burned for them.
    /// @param remintWei Of that, what may be minted again.
    struct JobUse {
        uint256 credits;
        uint256 burnedWei;
        uint256 remintWei;
    }

    error BadConstructor();
    error TooFewReports(uint256 count, uint256 needed);
    error UnknownValidator(uint256 index);
    error ReportedTwice(uint256 index);
    error PricesNotAscending(uint256 index);
    error ZeroPrice();
    error ReportOutsideWindow(uint64 timestamp, uint256 after_, uint256 until);
    error TooSoon(uint256 fromSeconds);
    error StalePrice(uint256 observedAt, uint256 nowSeconds);
    error TooFewCredits(uint256 credits, uint256 least);
    error InsufficientCredits(address account, uint256 balance, uint256 amount);
    error InsufficientAllowance(address account, address spender, uint256 allowance, uint256 amount);
    error SignatureExpired(uint256 deadline, uint256 nowSeconds);
    error BurnFailed();

    event PriceUpdated(uint128 price, uint128 median, uint256 reports, uint64 observedAt);
    event Minted(address indexed account, address indexed payer, uint256 credits, uint256 burnedWei);
    event Used(
        address indexed account,
        bytes32 indexed jobId,
        uint256 credits,
        uint256 burnedWei,
        uint256 remintWei
    );
    event Approval(address indexed account, address indexed spender, uint256 credits);

    /// @notice Sets the price from reports in ascending order of price. Anyone may call it.
    function submit(Report[] calldata reports) external;

    /// @notice Burns what is sent and credits `account`, rounded down; reverts below `leastCredits` and for
    /// nothing.
    function mint(address account, uint256 leastCredits) external payable returns (uint256 credits);

    /// @notice Burns the caller's credits for a job.
    function use(bytes32 jobId, uint256 credits) external;

    /// @notice Burns credits that `account` has allowed the caller.
    function useFrom(address account, bytes32 jobId, uint256 credits) external;

    /// @notice By anyone, with `account`'s signature of
    /// `Use(address account,bytes32 jobId,uint256 credits,uint256 nonce,uint256 deadline)`.
    function useWithSignature(
        address account,
        bytes32 jobId,
        uint256 credits,
        uint256 deadline,
        bytes calldata signature
    ) external;

    /// @notice Lets `spender` use `credits` of the caller's; `type(uint256).max` for any number.
    function approve(address spender, uint256 credits) external;

    /// @notice Credits for `amountWei` now, rounded down; reverts as `mint` would.
    function creditsForDown(uint256 amountWei) external view returns (uint256);

    /// @notice Wei that mint at least `credits` now, rounded up.
    function weiForUp(uint256 credits) external view returns (uint256);

    /// @notice The price that mints now; reverts with `StalePrice` if there is none.
    function mintPrice() external view returns (uint256);

    function latestPrice() external view returns (Price memory);
    function params() external view returns (Params memory);
    function balanceOf(address account) external view returns (uint256);
    function totalSupply() external view returns (uint256);
    function allowance(address account, address spender) external view returns (uint256);

    /// @notice Native tokens burned for the credits that `account` holds.
    function backingWei(address account) external view returns (uint256);

    /// @notice Native tokens burned here in all.
    function burnedWei() external view returns (uint256);

    function useOf(bytes32 jobId) external view returns (JobUse memory);

    /// @notice What may be minted again for week floor(timestamp / 604,800).
    function remintableWei(uint256 week) external view returns (uint256);
}
