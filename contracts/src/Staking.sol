// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Bls12381} from "./Bls12381.sol";
import {DoubleSeal} from "./DoubleSeal.sol";
import {Payment} from "./Payment.sol";
import {SystemAddresses} from "./SystemAddresses.sol";
import {IStaking} from "./interfaces/IStaking.sol";

/// @title Stakes of validators and providers, and the validator set
/// @dev A set epoch is floor(block.number / epochBlocks). Joining and leaving take effect in a later set epoch,
/// so the set of an epoch is known at its start and nobody has to poke the contract. Members that have
/// left keep their place in the list until a newcomer takes it.
contract Staking is IStaking {
    struct Key {
        bytes32 head;
        bytes16 tail;
    }

    /// @notice Members of the list, those who left and are not replaced yet included.
    uint256 public constant VALIDATORS_MAX = 128;
    uint256 public constant BPS = 10_000;
    /// @notice The finder's part of a slash; the rest burns.
    uint256 public constant FINDER_BPS = 1_000;
    /// @notice Set epochs from a key's registration until it acts.
    uint64 public constant KEY_DELAY_EPOCHS = 2;
    bytes private constant POSSESSION_TAG = "BLS_POP_BLS12381G2_XMD:SHA-256_SSWU_RO_POP_";
    uint64 private constant NEVER = type(uint64).max;

    uint64 public immutable epochBlocks;
    uint64 public immutable exitDelayBlocks;
    uint128 public immutable minValidatorStakeWei;
    uint128 public immutable minProviderStakeWei;

    address[] private _members;
    mapping(address account => Validator) private _validators;
    mapping(address account => uint256) private _placePlusOne;
    mapping(address account => Key) private _keys;
    mapping(address account => Key) private _nextKeys;
    mapping(bytes32 keyHash => bool) private _keyUsed;
    mapping(address account => mapping(Role => Stake)) private _stakes;
    mapping(address provider => address) private _beneficiaries;
    mapping(address account => uint256) private _credits;
    mapping(bytes32 fault => bool) private _faultPunished;

    /// @param validators The set from block 1 on, at least one, each once.
    /// @param keys Their compressed BLS keys, 48 bytes each, in the same order.
    /// @param stakesWei Their stakes; genesis gives this contract the sum as its balance.
    constructor(
        Params memory params,
        address[] memory validators,
        bytes memory keys,
        uint256[] memory stakesWei
    ) {
        if (params.epochBlocks == 0 || validators.length == 0) revert BadConstructor();
        if (validators.length > VALIDATORS_MAX) revert TooManyValidators(VALIDATORS_MAX);
        if (keys.length != 48 * validators.length || stakesWei.length != validators.length) {
            revert BadConstructor();
        }
        epochBlocks = params.epochBlocks;
        exitDelayBlocks = params.exitDelayBlocks;
        minValidatorStakeWei = params.minValidatorStakeWei;
        minProviderStakeWei = params.minProviderStakeWei;
        for (uint256 i; i < validators.length; ++i) {
            address account = validators[i];
            if (account == address(0) || _placePlusOne[account] != 0) revert AlreadyRegistered(account);
            if (stakesWei[i] < params.minValidatorStakeWei) {
                revert StakeTooSmall(stakesWei[i], params.minValidatorStakeWei);
            }
            _members.push(account);
            _placePlusOne[account] = i + 1;
            _validators[account] = Validator(0, NEVER, 0);
            _keys[account] = _keyAt(keys, 48 * i);
            _keyUsed[keccak256(_bytesOf(_keys[account]))] = true;
            _stakes[account][Role.VALIDATOR].stakeWei = _narrow(stakesWei[i]);
        }
    }

    /// @inheritdoc IStaking
    function registerValidator(bytes calldata key, bytes calldata possession) external payable {
        if (msg.value < minValidatorStakeWei) revert StakeTooSmall(msg.value, minValidatorStakeWei);
        uint64 epoch = setEpoch();
        if (_placePlusOne[msg.sender] != 0 && _validators[msg.sender].activeUntil > epoch) {
            revert AlreadyRegistered(msg.sender);
        }
        Key memory checked = _checkKey(key, possession);
        _takePlace(msg.sender, epoch);
        uint64 activeFrom = epoch + KEY_DELAY_EPOCHS;
        _validators[msg.sender] = Validator(activeFrom, NEVER, 0);
        _keys[msg.sender] = checked;
        delete _nextKeys[msg.sender];
        _stakes[msg.sender][Role.VALIDATOR].stakeWei += _narrow(msg.value);
        emit ValidatorRegistered(msg.sender, _bytesOf(checked), msg.value, activeFrom);
    }

    /// @inheritdoc IStaking
    function changeKey(bytes calldata key, bytes calldata possession) external {
        Validator storage validator = _validators[msg.sender];
        uint64 epoch = setEpoch();
        if (_placePlusOne[msg.sender] == 0 || validator.activeUntil <= epoch) {
            revert NotRegistered(msg.sender);
        }
        Key memory checked = _checkKey(key, possession);
        // A change that already acts becomes the key from which the next change departs.
        if (validator.keyFrom != 0 && validator.keyFrom <= epoch) _keys[msg.sender] = _nextKeys[msg.sender];
        _nextKeys[msg.sender] = checked;
        validator.keyFrom = epoch + KEY_DELAY_EPOCHS;
        emit KeyChanged(msg.sender, _bytesOf(checked), validator.keyFrom);
    }

    /// @inheritdoc IStaking
    function registerProvider(address beneficiary) external payable {
        if (_beneficiaries[msg.sender] != address(0)) revert AlreadyRegistered(msg.sender);
        if (msg.value < minProviderStakeWei) revert StakeTooSmall(msg.value, minProviderStakeWei);
        address chosen = beneficiary == address(0) ? msg.sender : beneficiary;
        _beneficiaries[msg.sender] = chosen;
        _stakes[msg.sender][Role.PROVIDER].stakeWei = _narrow(msg.value);
        emit ProviderRegistered(msg.sender, chosen, msg.value);
    }

    /// @inheritdoc IStaking
    function setBeneficiary(address beneficiary) external {
        if (_beneficiaries[msg.sender] == address(0)) revert NotRegistered(msg.sender);
        address chosen = beneficiary == address(0) ? msg.sender : beneficiary;
        _beneficiaries[msg.sender] = chosen;
        emit BeneficiaryChanged(msg.sender, chosen);
    }

    /// @inheritdoc IStaking
    function addStake(Role role) external payable {
        _requireRole(msg.sender, role);
        Stake storage stake = _stakes[msg.sender][role];
        uint256 stakeWei = stake.stakeWei + msg.value;
        uint256 leastWei = _minimumOf(role);
        if (stakeWei < leastWei) revert StakeTooSmall(stakeWei, leastWei);
        stake.stakeWei = _narrow(stakeWei);
        emit StakeAdded(msg.sender, role, msg.value);
    }

    /// @inheritdoc IStaking
    function requestExit(Role role, uint256 stakeWei) external {
        Stake storage stake = _stakes[msg.sender][role];
        uint256 activeWei = stake.stakeWei;
        if (stakeWei == 0 || stakeWei > activeWei) revert InsufficientStake(stakeWei, activeWei);
        uint256 restWei = activeWei - stakeWei;
        if (restWei != 0 && restWei < _minimumOf(role)) revert StakeTooSmall(restWei, _minimumOf(role));
        if (restWei == 0 && role == Role.VALIDATOR) {
            if (!_leaveSet(msg.sender)) revert LastValidator(msg.sender);
        }
        uint64 exitHeight = uint64(block.number) + exitDelayBlocks;
        // Both are at most activeWei, which was a uint128.
        // forge-lint: disable-next-line(unsafe-typecast)
        stake.stakeWei = uint128(restWei);
        // forge-lint: disable-next-line(unsafe-typecast)
        stake.exitingWei += uint128(stakeWei);
        stake.exitHeight = exitHeight;
        emit ExitRequested(msg.sender, role, stakeWei, exitHeight);
    }

    /// @inheritdoc IStaking
    function withdraw(Role role) external {
        Stake storage stake = _stakes[msg.sender][role];
        uint256 wei_ = stake.exitingWei;
        if (wei_ == 0) revert NothingToWithdraw(msg.sender);
        if (block.number < stake.exitHeight) revert ExitPending(msg.sender, stake.exitHeight);
        stake.exitingWei = 0;
        emit Withdrawn(msg.sender, role, wei_);
        Payment.send(msg.sender, wei_);
    }

    /// @inheritdoc IStaking
    function slashProvider(address provider, uint256 bps, address finder)
        external
        returns (uint256 slashedWei)
    {
        if (msg.sender != SystemAddresses.JOBS && msg.sender != SystemAddresses.PROOFS) {
            revert NotAllowed(msg.sender);
        }
        return _slash(provider, Role.PROVIDER, bps, finder);
    }

    /// @inheritdoc IStaking
    function slashDoubleSeal(
        bytes calldata first,
        bytes calldata firstSeal,
        bytes calldata second,
        bytes calldata secondSeal
    ) external {
        (address signer, uint256 number, uint256 round) =
            DoubleSeal.faultOf(first, firstSeal, second, secondSeal);
        // The set of block `number` is the one that its parent's state shows.
        if (!_isActive(signer, uint64((number - 1) / epochBlocks))) revert NotRegistered(signer);
        bytes32 fault = keccak256(abi.encode(signer, number, round));
        if (_faultPunished[fault]) revert AlreadyPunished(signer, number, round);
        _faultPunished[fault] = true;
        // The last validator loses its stake but not its seat: an empty set could never be refilled.
        if (_validators[signer].activeUntil == NEVER) _leaveSet(signer);
        if (_slash(signer, Role.VALIDATOR, BPS, msg.sender) == 0) {
            revert InsufficientStake(1, 0);
        }
    }

    /// @inheritdoc IStaking
    function withdrawCredit(address account) external {
        uint256 wei_ = _credits[account];
        if (wei_ == 0) revert NothingToWithdraw(account);
        _credits[account] = 0;
        emit CreditWithdrawn(account, wei_);
        Payment.send(account, wei_);
    }

    /// @inheritdoc IStaking
    function getValidators() external view returns (address[] memory set) {
        uint64 epoch = setEpoch();
        set = new address[](_members.length);
        uint256 count;
        for (uint256 i; i < set.length; ++i) {
            address account = _members[i];
            if (!_isActive(account, epoch)) continue;
            // Insertion keeps the set ascending, as Besu sorts it.
            uint256 place = count;
            for (; place > 0 && set[place - 1] > account; --place) {
                set[place] = set[place - 1];
            }
            set[place] = account;
            ++count;
        }
        assembly ("memory-safe") {
            mstore(set, count)
        }
    }

    /// @inheritdoc IStaking
    function validatorCount() external view returns (uint256 count) {
        uint64 epoch = setEpoch();
        for (uint256 i; i < _members.length; ++i) {
            if (_isActive(_members[i], epoch)) ++count;
        }
    }

    /// @inheritdoc IStaking
    function setEpoch() public view returns (uint64) {
        return uint64(block.number / epochBlocks);
    }

    /// @inheritdoc IStaking
    function blsKeyOf(address account) external view returns (bytes memory) {
        if (_placePlusOne[account] == 0) return "";
        uint64 keyFrom = _validators[account].keyFrom;
        bool changed = keyFrom != 0 && keyFrom <= setEpoch();
        return _bytesOf(changed ? _nextKeys[account] : _keys[account]);
    }

    /// @inheritdoc IStaking
    function validatorOf(address account) external view returns (Validator memory) {
        if (_placePlusOne[account] == 0) revert NotRegistered(account);
        return _validators[account];
    }

    /// @inheritdoc IStaking
    function stakeOf(address account, Role role) external view returns (Stake memory) {
        return _stakes[account][role];
    }

    /// @inheritdoc IStaking
    function providerStake(address provider) external view returns (uint256) {
        uint256 stakeWei = _stakes[provider][Role.PROVIDER].stakeWei;
        return stakeWei < minProviderStakeWei ? 0 : stakeWei;
    }

    /// @inheritdoc IStaking
    function beneficiaryOf(address provider) external view returns (address) {
        return _beneficiaries[provider];
    }

    /// @inheritdoc IStaking
    function creditOf(address account) external view returns (uint256) {
        return _credits[account];
    }

    function _isActive(address account, uint64 epoch) private view returns (bool) {
        Validator storage validator = _validators[account];
        return validator.activeFrom <= epoch && epoch < validator.activeUntil;
    }

    /// @dev Ends `account`'s membership with this set epoch. False, and no change, if no member that has not
    /// left would be in the next set.
    function _leaveSet(address account) private returns (bool) {
        uint64 next = setEpoch() + 1;
        bool found;
        for (uint256 i; i < _members.length && !found; ++i) {
            address other = _members[i];
            found = other != account && _validators[other].activeUntil == NEVER
                && _validators[other].activeFrom <= next;
        }
        if (!found) return false;
        _validators[account].activeUntil = next;
        emit ValidatorRemoved(account, next);
        return true;
    }

    function _takePlace(address account, uint64 epoch) private {
        if (_placePlusOne[account] != 0) return;
        if (_members.length < VALIDATORS_MAX) {
            _members.push(account);
            _placePlusOne[account] = _members.length;
            return;
        }
        for (uint256 i; i < VALIDATORS_MAX; ++i) {
            address gone = _members[i];
            if (_validators[gone].activeUntil > epoch) continue;
            // What is still exiting stays in the stakes; only the seat changes hands.
            delete _placePlusOne[gone];
            _members[i] = account;
            _placePlusOne[account] = i + 1;
            return;
        }
        revert TooManyValidators(VALIDATORS_MAX);
    }

    function _slash(address account, Role role, uint256 bps, address finder)
        private
        returns (uint256 slashedWei)
    {
        if (bps > BPS) revert InsufficientStake(bps, BPS);
        Stake storage stake = _stakes[account][role];
        uint256 activeWei = stake.stakeWei;
        uint256 exitingWei = stake.exitingWei;
        slashedWei = (activeWei + exitingWei) * bps / BPS;
        if (slashedWei == 0) return 0;
        uint256 fromActiveWei = slashedWei < activeWei ? slashedWei : activeWei;
        // Each is at most what it is taken from; the sum of both stakes is at most all coins, far below 2^128.
        // forge-lint: disable-next-line(unsafe-typecast)
        stake.stakeWei = uint128(activeWei - fromActiveWei);
        // forge-lint: disable-next-line(unsafe-typecast)
        stake.exitingWei = uint128(exitingWei - (slashedWei - fromActiveWei));
        // forge-lint: disable-next-line(unsafe-typecast)
        stake.slashedWei += uint128(slashedWei);
        uint256 finderWei = finder == address(0) ? 0 : slashedWei * FINDER_BPS / BPS;
        uint256 burnedWei = slashedWei - finderWei;
        if (finderWei != 0) _credits[finder] += finderWei;
        emit Slashed(account, role, burnedWei, finder, finderWei);
        Payment.burn(burnedWei);
    }

    function _requireRole(address account, Role role) private view {
        bool registered = role == Role.PROVIDER
            ? _beneficiaries[account] != address(0)
            : _placePlusOne[account] != 0 && _validators[account].activeUntil == NEVER;
        if (!registered) revert NotRegistered(account);
    }

    function _minimumOf(Role role) private view returns (uint256) {
        return role == Role.VALIDATOR ? minValidatorStakeWei : minProviderStakeWei;
    }

    /// @dev Checks that the caller holds `key`, and marks it used.
    function _checkKey(bytes calldata key, bytes calldata possession) private returns (Key memory checked) {
        if (key.length != 128) revert BadKey();
        bytes memory compressed = Bls12381.compress(key);
        if (_keyUsed[keccak256(compressed)]) revert KeyInUse();
        bytes memory message = abi.encodePacked("ASSAY-POP", block.chainid, msg.sender, compressed);
        if (!Bls12381.verify(key, possession, message, POSSESSION_TAG)) revert BadProofOfPossession();
        _keyUsed[keccak256(compressed)] = true;
        return _keyAt(compressed, 0);
    }

    function _keyAt(bytes memory keys, uint256 offset) private pure returns (Key memory key) {
        bytes32 head;
        bytes32 tail;
        assembly ("memory-safe") {
            head := mload(add(add(keys, 32), offset))
            tail := mload(add(add(keys, 64), offset))
        }
        // forge-lint: disable-next-line(unsafe-typecast)
        return Key(head, bytes16(tail)); // The rest belongs to the next key.
    }

    function _bytesOf(Key memory key) private pure returns (bytes memory) {
        return abi.encodePacked(key.head, key.tail);
    }

    function _narrow(uint256 wei_) private pure returns (uint128) {
        if (wei_ > type(uint128).max) revert StakeTooLarge(wei_);
        // forge-lint: disable-next-line(unsafe-typecast)
        return uint128(wei_); // Checked above.
    }
}
