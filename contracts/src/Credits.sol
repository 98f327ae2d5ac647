// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {Nonces} from "@openzeppelin/contracts/utils/Nonces.sol";
import {ICredits} from "./interfaces/ICredits.sol";
import {IStaking} from "./interfaces/IStaking.sol";
import {Signatures} from "./Signatures.sol";
import {SystemAddresses} from "./SystemAddresses.sol";

/// @title Usage credits at a fixed USD price
/// @dev Documented at `ICredits`.
contract Credits is ICredits, EIP712, Nonces {
    bytes32 public constant PRICE_REPORT_TYPEHASH =
        keccak256("PriceReport(uint128 price,uint64 timestamp)");
    bytes32 public constant USE_TYPEHASH = keccak256(
        "Use(address account,bytes32 jobId,uint256 credits,uint256 nonce,uint256 deadline)"
    );

    uint256 public constant CREDITS_PER_USD = 100_000;
    uint256 public constant PRICE_UNIT = 1e8;
    uint16 public constant STEP_BPS_MAX = 5_000;

    uint256 private constant BPS = 10_000;
    uint256 private constant WEI_PER_TOKEN = 1e18;

    uint64 private immutable _maxAgeSeconds;
    uint64 private immutable _minIntervalSeconds;
    uint16 private immutable _maxStepBps;
    uint16 private immutable _remintBps;
    uint128 private immutable _weeklyRemintCapWei;

    /// @inheritdoc ICredits
    mapping(address account => uint256) public balanceOf;
    /// @inheritdoc ICredits
    mapping(address account => uint256) public backingWei;
    /// @inheritdoc ICredits
    mapping(address account => mapping(address spender => uint256)) public allowance;
    /// @inheritdoc ICredits
    mapping(uint256 week => uint256) public remintableWei;
    /// @inheritdoc ICredits
    uint256 public totalSupply;
    /// @inheritdoc ICredits
    uint256 public burnedWei;

    mapping(bytes32 jobId => JobUse) private _uses;
    Price private _price;

    constructor(Params memory p) EIP712("Assay Credits", "1") {
        if (
            p.maxAgeSeconds == 0 || p.maxStepBps == 0 || p.maxStepBps > STEP_BPS_MAX
                || p.remintBps > BPS
        ) revert BadConstructor();
        _maxAgeSeconds = p.maxAgeSeconds;
        _minIntervalSeconds = p.minIntervalSeconds;
        _maxStepBps = p.maxStepBps;
        _remintBps = p.remintBps;
        _weeklyRemintCapWei = p.weeklyRemintCapWei;
    }

    /// @inheritdoc ICredits
    function submit(Report[] calldata reports) external {
        uint256 openFrom = uint256(_price.updatedAt) + _minIntervalSeconds;
        if (block.timestamp < openFrom) revert TooSoon(openFrom);
        address[] memory validators = IStaking(SystemAddresses.STAKING).getValidators();
        // More than two thirds: N − ⌊(N−1)/3⌋, and never fewer than one.
        uint256 needed = validators.length - (validators.length - 1) / 3;
        if (reports.length < needed) revert TooFewReports(reports.length, needed);
        uint64 observedAt = _checkReports(reports, validators);
        uint128 median = reports[(reports.length - 1) / 2].price;
        uint128 price = _stepped(_price.price, median);
        _price = Price(price, median, uint64(block.timestamp), observedAt);
        emit PriceUpdated(price, median, reports.length, observedAt);
    }

    /// @inheritdoc ICredits
    function mint(address account, uint256 leastCredits) external payable returns (uint256 credits) {
        credits = creditsForDown(msg.value);
        if (credits == 0 || credits < leastCredits) {
            revert TooFewCredits(credits, Math.max(leastCredits, 1));
        }
        balanceOf[account] += credits;
        backingWei[account] += msg.value;
        totalSupply += credits;
        burnedWei += msg.value;
        emit Minted(account, msg.sender, credits, msg.value);
        (bool burned,) = SystemAddresses.BURN.call{value: msg.value}("");
        if (!burned) revert BurnFailed();
    }

    /// @inheritdoc ICredits
    function use(bytes32 jobId, uint256 credits) external {
        _use(msg.sender, jobId, credits);
    }

    /// @inheritdoc ICredits
    function useFrom(address account, bytes32 jobId, uint256 credits) external {
        uint256 allowed = allowance[account][msg.sender];
        if (allowed < credits) revert InsufficientAllowance(account, msg.sender, allowed, credits);
        if (allowed != type(uint256).max) allowance[account][msg.sender] = allowed - credits;
        _use(account, jobId, credits);
    }

    /// @inheritdoc ICredits
    function useWithSignature(
        address account,
        bytes32 jobId,
        uint256 credits,
        uint256 deadline,
        bytes calldata signature
    ) external {
        if (block.timestamp > deadline) revert SignatureExpired(deadline, block.timestamp);
        bytes32 structHash = keccak256(
            abi.encode(USE_TYPEHASH, account, jobId, credits, _useNonce(account), deadline)
        );
        Signatures.requireValid(account, _hashTypedDataV4(structHash), signature);
        _use(account, jobId, credits);
    }

    /// @inheritdoc ICredits
    function approve(address spender, uint256 credits) external {
        allowance[msg.sender][spender] = credits;
        emit Approval(msg.sender, spender, credits);
    }

    /// @inheritdoc ICredits
    function creditsForDown(uint256 amountWei) public view returns (uint256) {
        return Math.mulDiv(amountWei, mintPrice() * CREDITS_PER_USD, WEI_PER_TOKEN * PRICE_UNIT);
    }

    /// @inheritdoc ICredits
    function weiForUp(uint256 credits) external view returns (uint256) {
        return Math.mulDiv(
            credits,
            WEI_PER_TOKEN * PRICE_UNIT,
            mintPrice() * CREDITS_PER_USD,
            Math.Rounding.Ceil
        );
    }

    /// @inheritdoc ICredits
    function mintPrice() public view returns (uint256) {
        if (_price.price == 0 || block.timestamp > uint256(_price.observedAt) + _maxAgeSeconds) {
            revert StalePrice(_price.observedAt, block.timestamp);
        }
        return Math.min(_price.price, _price.median);
    }

    /// @inheritdoc ICredits
    function latestPrice() external view returns (Price memory) {
        return _price;
    }

    /// @inheritdoc ICredits
    function params() external view returns (Params memory) {
        return Params(
            _maxAgeSeconds, _minIntervalSeconds, _maxStepBps, _remintBps, _weeklyRemintCapWei
        );
    }

    /// @inheritdoc ICredits
    function useOf(bytes32 jobId) external view returns (JobUse memory) {
        return _uses[jobId];
    }

    /// @dev At most as many rounds as there are validators, who are at most 256 here.
    function _checkReports(Report[] calldata reports, address[] memory validators)
        private
        view
        returns (uint64 observedAt)
    {
        uint256 seen;
        uint128 previous;
        observedAt = type(uint64).max;
        for (uint256 i = 0; i < reports.length; i++) {
            Report calldata report = reports[i];
            uint256 index = report.validatorIndex;
            if (index >= validators.length) revert UnknownValidator(index);
            // forge-lint: disable-next-line(incorrect-shift)
            if (seen & (1 << index) != 0) revert ReportedTwice(index);
            // forge-lint: disable-next-line(incorrect-shift)
            seen |= 1 << index;
            if (report.price == 0) revert ZeroPrice();
            if (report.price < previous) revert PricesNotAscending(i);
            previous = report.price;
            // Newer than the price in force, not older than a price may be, not from the future.
            uint256 after_ = Math.max(
                _price.updatedAt, Math.saturatingSub(block.timestamp, uint256(_maxAgeSeconds) + 1)
            );
            if (report.timestamp <= after_ || report.timestamp > block.timestamp) {
                revert ReportOutsideWindow(report.timestamp, after_, block.timestamp);
            }
            if (report.timestamp < observedAt) observedAt = report.timestamp;
            bytes32 structHash =
                keccak256(abi.encode(PRICE_REPORT_TYPEHASH, report.price, report.timestamp));
            Signatures.requireValid(
                validators[index], _hashTypedDataV4(structHash), report.signature
            );
        }
    }

    /// @dev `median`, or as near to it as one step from `price` reaches; the step is rounded down, at least 1.
    function _stepped(uint128 price, uint128 median) private view returns (uint128) {
        if (price == 0) return median;
        uint256 step = Math.max(Math.mulDiv(price, _maxStepBps, BPS), 1);
        uint256 highest = uint256(price) + step;
        uint256 lowest = Math.max(price - step, 1);
        // forge-lint: disable-next-line(unsafe-typecast)
        if (median > highest) return uint128(highest); // Below the median: fits.
        // Above the median, below the price: fits.
        // forge-lint: disable-next-line(unsafe-typecast)
        if (median < lowest) return uint128(lowest);
        return median;
    }

    function _use(address account, bytes32 jobId, uint256 credits) private {
        uint256 balance = balanceOf[account];
        if (credits > balance) revert InsufficientCredits(account, balance, credits);
        // Pro rata of the account's burns, rounded down; the last credit takes what is left.
        uint256 behind = balance == 0 ? 0 : Math.mulDiv(backingWei[account], credits, balance);
        balanceOf[account] = balance - credits;
        backingWei[account] -= behind;
        totalSupply -= credits;
        uint256 week = block.timestamp / 7 days;
        uint256 remint = Math.min(
            Math.mulDiv(behind, _remintBps, BPS), _weeklyRemintCapWei - remintableWei[week]
        );
        remintableWei[week] += remint;
        JobUse storage jobUse = _uses[jobId];
        jobUse.credits += credits;
        jobUse.burnedWei += behind;
        jobUse.remintWei += remint;
        emit Used(account, jobId, credits, behind, remint);
    }
}
