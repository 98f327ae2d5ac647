// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Staking} from "../../src/Staking.sol";
import {Bls12381} from "../../src/Bls12381.sol";
import {IStaking} from "../../src/interfaces/IStaking.sol";
import {ProtocolTest} from "../ProtocolTest.sol";

contract ValidatorsTest is ProtocolTest {
    struct KeyCase {
        address account;
        bytes key;
        bytes compressed;
        bytes message;
        bytes hash;
        bytes possession;
    }

    function test_genesisSetIsAscendingAndHasItsKeys() external view {
        address[] memory set = staking.getValidators();
        assertEq(set.length, 4);
        for (uint256 i; i < 4; ++i) {
            assertEq(set[i], validators[i]);
        }
        assertEq(staking.validatorCount(), 4);
        bytes memory keys = genesisKeys(4);
        bytes memory second = new bytes(48);
        for (uint256 i; i < 48; ++i) {
            second[i] = keys[48 + i];
        }
        assertEq(staking.blsKeyOf(validators[1]), second, "key");
        assertEq(staking.blsKeyOf(customer), "", "no key");
    }

    function test_theSetIsSortedWhateverTheOrderOfJoining() external {
        (validators[0], validators[3]) = (validators[3], validators[0]);
        place(address(0xABCD), stakingCreation());
        address[] memory set = Staking(address(0xABCD)).getValidators();
        for (uint256 i = 1; i < 4; ++i) {
            assertTrue(set[i - 1] < set[i], "ascending");
        }
    }

    function test_hashToG2AgreesWithNoble() external view {
        for (uint256 i; i < 3; ++i) {
            KeyCase memory one = _case(i);
            bytes memory hashed =
                Bls12381.hashToG2(one.message, "BLS_POP_BLS12381G2_XMD:SHA-256_SSWU_RO_POP_");
            assertEq(hashed, one.hash, "hash");
            assertEq(Bls12381.compress(one.key), one.compressed, "compressed");
        }
    }

    function test_registeringTakesEffectTwoEpochsLater() external {
        KeyCase memory one = _case(0);
        _register(one);
        vm.snapshotGasLastCall("validators", "registerValidator");
        uint64 epoch = staking.setEpoch();
        assertEq(staking.validatorOf(one.account).activeFrom, epoch + 2);
        assertEq(staking.blsKeyOf(one.account), one.compressed, "key");
        vm.roll((epoch + 2) * EPOCH_BLOCKS - 1);
        assertEq(staking.getValidators().length, 4, "not yet");
        vm.roll((epoch + 2) * EPOCH_BLOCKS);
        assertEq(staking.getValidators().length, 5, "from the boundary on");
        assertEq(staking.getValidators()[4], one.account, "sorted in");
    }

    function test_refusesTooSmallAStake() external {
        KeyCase memory one = _case(0);
        vm.deal(one.account, VALIDATOR_STAKE_WEI);
        vm.prank(one.account);
        vm.expectRevert(
            abi.encodeWithSelector(
                IStaking.StakeTooSmall.selector, VALIDATOR_STAKE_WEI - 1, VALIDATOR_STAKE_WEI
            )
        );
        staking.registerValidator{value: VALIDATOR_STAKE_WEI - 1}(one.key, one.possession);
    }

    function test_refusesAValidatorTwice() external {
        KeyCase memory one = _case(0);
        _register(one);
        vm.deal(one.account, VALIDATOR_STAKE_WEI);
        vm.prank(one.account);
        vm.expectRevert(abi.encodeWithSelector(IStaking.AlreadyRegistered.selector, one.account));
        staking.registerValidator{value: VALIDATOR_STAKE_WEI}(one.key, one.possession);
    }

    function test_refusesAForeignProofOfPossession() external {
        KeyCase memory one = _case(0);
        KeyCase memory other = _case(1);
        _refuse(one.account, one.key, other.possession, IStaking.BadProofOfPossession.selector);
        // Someone else's key with its own proof: the proof names the account.
        _refuse(one.account, other.key, other.possession, IStaking.BadProofOfPossession.selector);
    }

    function test_refusesMalformedKeys() external {
        KeyCase memory one = _case(0);
        _refuse(one.account, new bytes(127), one.possession, IStaking.BadKey.selector);
        _refuse(one.account, new bytes(128), one.possession, IStaking.BadProofOfPossession.selector);
        _refuse(one.account, one.key, new bytes(255), IStaking.BadProofOfPossession.selector);
        bytes memory offCurve = bytes.concat(one.key);
        offCurve[127] ^= 0x01;
        _refuse(one.account, offCurve, one.possession, IStaking.BadProofOfPossession.selector);
    }

    function test_refusesAUsedKey() external {
        KeyCase memory one = _case(0);
        _register(one);
        _refuse(_case(1).account, one.key, one.possession, IStaking.KeyInUse.selector);
    }

    function test_aChangedKeyActsTwoEpochsLater() external {
        KeyCase memory one = _case(0);
        _register(one);
        // The vector's third key proves possession for its own account only.
        KeyCase memory third = _case(2);
        vm.prank(one.account);
        vm.expectRevert(IStaking.BadProofOfPossession.selector);
        staking.changeKey(third.key, third.possession);

        vm.prank(customer);
        vm.expectRevert(abi.encodeWithSelector(IStaking.NotRegistered.selector, customer));
        staking.changeKey(third.key, third.possession);

        validators[3] = third.account;
        Staking other = Staking(address(0xABCD));
        place(address(other), stakingCreation());
        vm.prank(third.account);
        other.changeKey(third.key, third.possession);
        uint64 epoch = other.setEpoch();
        assertTrue(keccak256(other.blsKeyOf(third.account)) != keccak256(third.compressed), "old");
        vm.roll((epoch + 2) * EPOCH_BLOCKS);
        assertEq(other.blsKeyOf(third.account), third.compressed, "new");
    }

    function test_leavingTakesEffectAtTheNextBoundary() external {
        vm.prank(validators[0]);
        staking.requestExit(IStaking.Role.VALIDATOR, VALIDATOR_STAKE_WEI);
        assertEq(staking.getValidators().length, 4, "the set is frozen");
        vm.roll(EPOCH_BLOCKS);
        assertEq(staking.getValidators().length, 3, "gone");
        assertEq(staking.validatorCount(), 3);
        vm.prank(validators[0]);
        vm.expectRevert(abi.encodeWithSelector(IStaking.NotRegistered.selector, validators[0]));
        staking.addStake(IStaking.Role.VALIDATOR);
    }

    function test_theLastValidatorStays() external {
        for (uint256 i; i < 3; ++i) {
            vm.prank(validators[i]);
            staking.requestExit(IStaking.Role.VALIDATOR, VALIDATOR_STAKE_WEI);
        }
        vm.prank(validators[3]);
        vm.expectRevert(abi.encodeWithSelector(IStaking.LastValidator.selector, validators[3]));
        staking.requestExit(IStaking.Role.VALIDATOR, VALIDATOR_STAKE_WEI);
    }

    function test_oneWhoLeftMayComeBackWithANewKey() external {
        KeyCase memory one = _case(0);
        _register(one);
        vm.prank(one.account);
        staking.requestExit(IStaking.Role.VALIDATOR, VALIDATOR_STAKE_WEI);
        vm.roll(4 * EPOCH_BLOCKS);
        _refuse(one.account, one.key, one.possession, IStaking.KeyInUse.selector);
        vm.expectRevert(abi.encodeWithSelector(IStaking.NotRegistered.selector, customer));
        staking.validatorOf(customer);
    }

    function test_aFullListReusesSeatsOfThoseWhoLeft() external {
        address[] memory many = new address[](128);
        uint256[] memory stakes = new uint256[](128);
        for (uint160 i; i < 128; ++i) {
            many[i] = address(0x9000 + i);
            stakes[i] = VALIDATOR_STAKE_WEI;
        }
        bytes memory creation = abi.encodePacked(
            type(Staking).creationCode,
            abi.encode(
                IStaking.Params(EPOCH_BLOCKS, EXIT_BLOCKS, VALIDATOR_STAKE_WEI, PROVIDER_STAKE_WEI),
                many,
                genesisKeys(128),
                stakes
            )
        );
        Staking full = Staking(address(0xABCD));
        place(address(full), creation);
        KeyCase memory one = _case(0);
        vm.deal(one.account, VALIDATOR_STAKE_WEI);
        vm.prank(one.account);
        vm.expectRevert(abi.encodeWithSelector(IStaking.TooManyValidators.selector, 128));
        full.registerValidator{value: VALIDATOR_STAKE_WEI}(one.key, one.possession);
        vm.prank(many[5]);
        full.requestExit(IStaking.Role.VALIDATOR, VALIDATOR_STAKE_WEI);
        vm.roll(2 * EPOCH_BLOCKS);
        vm.prank(one.account);
        full.registerValidator{value: VALIDATOR_STAKE_WEI}(one.key, one.possession);
        assertEq(full.validatorOf(one.account).activeFrom, 4);
        vm.expectRevert(abi.encodeWithSelector(IStaking.NotRegistered.selector, many[5]));
        full.validatorOf(many[5]);
        vm.roll(4 * EPOCH_BLOCKS);
        assertEq(full.getValidators().length, 128);
    }

    function test_constructorRefusesWhatIsNotASet() external {
        uint256[] memory stakes = new uint256[](4);
        IStaking.Params memory params =
            IStaking.Params(EPOCH_BLOCKS, EXIT_BLOCKS, 0, PROVIDER_STAKE_WEI);
        _refuseConstructor(params, new address[](0), "", new uint256[](0), _bad());
        _refuseConstructor(params, validators, genesisKeys(3), stakes, _bad());
        _refuseConstructor(params, validators, genesisKeys(4), new uint256[](3), _bad());
        params.epochBlocks = 0;
        _refuseConstructor(params, validators, genesisKeys(4), stakes, _bad());
        params.epochBlocks = 1;
        _refuseConstructor(
            params,
            new address[](129),
            "",
            stakes,
            abi.encodeWithSelector(IStaking.TooManyValidators.selector, 128)
        );
        params.minValidatorStakeWei = 1;
        _refuseConstructor(
            params,
            validators,
            genesisKeys(4),
            stakes,
            abi.encodeWithSelector(IStaking.StakeTooSmall.selector, 0, 1)
        );
        params.minValidatorStakeWei = 0;
        validators[3] = validators[0];
        _refuseConstructor(
            params,
            validators,
            genesisKeys(4),
            stakes,
            abi.encodeWithSelector(IStaking.AlreadyRegistered.selector, validators[0])
        );
    }

    function _bad() private pure returns (bytes memory) {
        return abi.encodeWithSelector(IStaking.BadConstructor.selector);
    }

    function _refuseConstructor(
        IStaking.Params memory params,
        address[] memory set,
        bytes memory keys,
        uint256[] memory stakes,
        bytes memory reason
    ) private {
        vm.expectRevert(reason);
        new Staking(params, set, keys, stakes);
    }

    function _register(KeyCase memory one) private {
        vm.deal(one.account, VALIDATOR_STAKE_WEI);
        vm.prank(one.account);
        staking.registerValidator{value: VALIDATOR_STAKE_WEI}(one.key, one.possession);
    }

    function _refuse(address account, bytes memory key, bytes memory possession, bytes4 reason) private {
        vm.deal(account, VALIDATOR_STAKE_WEI);
        vm.prank(account);
        vm.expectRevert(reason);
        staking.registerValidator{value: VALIDATOR_STAKE_WEI}(key, possession);
    }

    function _case(uint256 index) private view returns (KeyCase memory one) {
        string memory json = vm.readFile("vectors/bls-possession.json");
        string memory path = string.concat(".cases[", vm.toString(index), "].");
        one.account = address(bytes20(vm.parseJsonBytes(json, string.concat(path, "account"))));
        one.key = vm.parseJsonBytes(json, string.concat(path, "key"));
        one.compressed = vm.parseJsonBytes(json, string.concat(path, "compressed"));
        one.message = vm.parseJsonBytes(json, string.concat(path, "message"));
        one.hash = vm.parseJsonBytes(json, string.concat(path, "hash"));
        one.possession = vm.parseJsonBytes(json, string.concat(path, "possession"));
    }
}
