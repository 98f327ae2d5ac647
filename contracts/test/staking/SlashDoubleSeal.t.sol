// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {RLP} from "@openzeppelin/contracts/utils/RLP.sol";
import {DoubleSeal} from "../../src/DoubleSeal.sol";
import {Staking} from "../../src/Staking.sol";
import {SystemAddresses} from "../../src/SystemAddresses.sol";
import {IStaking} from "../../src/interfaces/IStaking.sol";
import {ProtocolTest} from "../ProtocolTest.sol";
import {SealedHeaders} from "../SealedHeaders.sol";

contract SlashDoubleSealTest is ProtocolTest {
    uint256 private constant SEALER_KEY = 0x5EA1;
    uint256 private constant HEIGHT = 10;
    Staking private constant seats = Staking(address(0xABCD));

    address private sealer;

    function setUp() public override {
        super.setUp();
        sealer = vm.addr(SEALER_KEY);
        validators[2] = sealer;
        place(address(seats), stakingCreation());
        vm.deal(address(seats), 4 * uint256(VALIDATOR_STAKE_WEI));
        vm.roll(HEIGHT);
    }

    function test_twoSealsInOneSlotCostTheWholeStake() external {
        vm.prank(customer);
        _slash(_header(HEIGHT, 1, "a"), _header(HEIGHT, 1, "b"));
        vm.snapshotGasLastCall("staking", "slashDoubleSeal");
        assertEq(seats.stakeOf(sealer, IStaking.Role.VALIDATOR).stakeWei, 0, "stake");
        assertEq(seats.creditOf(customer), VALIDATOR_STAKE_WEI / 10, "finder");
        assertEq(SystemAddresses.BURN.balance, uint256(VALIDATOR_STAKE_WEI) * 9 / 10, "burn");
        assertEq(seats.getValidators().length, 4, "frozen");
        vm.roll(HEIGHT + EPOCH_BLOCKS);
        assertEq(seats.getValidators().length, 3, "removed");
    }

    function test_aFaultIsPunishedOnce() external {
        _slash(_header(HEIGHT, 1, "a"), _header(HEIGHT, 1, "b"));
        vm.expectRevert(
            abi.encodeWithSelector(IStaking.AlreadyPunished.selector, sealer, HEIGHT, 1)
        );
        _slash(_header(HEIGHT, 1, "c"), _header(HEIGHT, 1, "d"));
        vm.expectRevert(abi.encodeWithSelector(IStaking.InsufficientStake.selector, 1, 0));
        _slash(_header(HEIGHT, 2, "c"), _header(HEIGHT, 2, "d"));
    }

    function test_honestSealsAreNoEvidence() external {
        _refuse("one header twice");
        _slash(_header(HEIGHT, 1, "a"), _header(HEIGHT, 1, "a"));
        _refuse("rounds differ");
        _slash(_header(HEIGHT, 1, "a"), _header(HEIGHT, 2, "b"));
        _refuse("heights differ");
        _slash(_header(HEIGHT, 1, "a"), _header(HEIGHT - 1, 1, "b"));
    }

    function test_anotherChainsHeadersAreNoEvidence() external {
        _refuse("parent is not of this chain");
        _slash(_headerOn(keccak256("elsewhere"), HEIGHT, 1, "a"), _header(HEIGHT, 1, "b"));
        _refuse("parent is not of this chain");
        _slash(_header(HEIGHT, 1, "a"), _headerOn(keccak256("elsewhere"), HEIGHT, 1, "b"));
        _refuse("height");
        _slash(_headerOn(keccak256("x"), HEIGHT + 1, 1, "a"), _headerOn(keccak256("x"), HEIGHT + 1, 1, "b"));
    }

    function test_sealsMustBeOneKeys() external {
        bytes memory first = _header(HEIGHT, 1, "a");
        bytes memory second = _header(HEIGHT, 1, "b");
        bytes memory seal = _seal(SEALER_KEY, first);
        _refuse("signers differ");
        seats.slashDoubleSeal(first, seal, second, _seal(0xBAD, second));
        _refuse("seal length");
        seats.slashDoubleSeal(first, new bytes(64), second, seal);
        _refuse("seal");
        seats.slashDoubleSeal(first, new bytes(65), second, seal);
    }

    function test_onlyAValidatorsSealsCount() external {
        bytes memory first = _header(HEIGHT, 1, "a");
        bytes memory second = _header(HEIGHT, 1, "b");
        bytes memory firstSeal = _seal(0xBAD, first);
        bytes memory secondSeal = _seal(0xBAD, second);
        vm.expectRevert(abi.encodeWithSelector(IStaking.NotRegistered.selector, vm.addr(0xBAD)));
        seats.slashDoubleSeal(first, firstSeal, second, secondSeal);
    }

    function test_malformedHeadersAreNoEvidence() external {
        bytes[] memory few = new bytes[](14);
        for (uint256 i; i < 14; ++i) {
            few[i] = RLP.encode(uint256(i));
        }
        _refuse("not a header");
        _slash(RLP.encode(few), _header(HEIGHT, 1, "b"));
        _refuse("header too long");
        _slash(new bytes(16_385), _header(HEIGHT, 1, "b"));
        _refuse("header carries seals");
        _slash(_headerWith(SealedHeaders.extra(1, "a", true)), _header(HEIGHT, 1, "b"));
        bytes[] memory short = new bytes[](1);
        short[0] = RLP.encode(uint256(1));
        _refuse("extraData");
        _slash(_headerWith(RLP.encode(short)), _header(HEIGHT, 1, "b"));
    }

    function test_theLastValidatorKeepsItsSeat() external {
        for (uint256 i; i < 4; ++i) {
            if (i == 2) continue;
            vm.prank(validators[i]);
            seats.requestExit(IStaking.Role.VALIDATOR, VALIDATOR_STAKE_WEI);
        }
        _slash(_header(HEIGHT, 1, "a"), _header(HEIGHT, 1, "b"));
        vm.roll(HEIGHT + EPOCH_BLOCKS);
        assertEq(seats.getValidators().length, 1);
        assertEq(seats.stakeOf(sealer, IStaking.Role.VALIDATOR).stakeWei, 0, "but not its stake");
    }

    function _slash(bytes memory first, bytes memory second) private {
        seats.slashDoubleSeal(first, _seal(SEALER_KEY, first), second, _seal(SEALER_KEY, second));
    }

    function _refuse(string memory what) private {
        vm.expectRevert(abi.encodeWithSelector(DoubleSeal.EvidenceInvalid.selector, what));
    }

    /// @dev v as 0 or 1, as QBFT seals carry it.
    function _seal(uint256 key, bytes memory header) private pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, keccak256(header));
        return abi.encodePacked(r, s, v - 27);
    }

    function _header(uint256 height, uint256 round, string memory vanity) private view returns (bytes memory) {
        return _headerOn(blockhash(height - 1), height, round, vanity);
    }

    function _headerOn(bytes32 parent, uint256 height, uint256 round, string memory vanity)
        private
        pure
        returns (bytes memory)
    {
        return SealedHeaders.header(parent, height, round, vanity);
    }

    function _headerWith(bytes memory extra) private view returns (bytes memory) {
        return SealedHeaders.withExtra(blockhash(HEIGHT - 1), HEIGHT, extra);
    }
}
