// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IChannels} from "../../src/interfaces/IChannels.sol";
import {Signatures} from "../../src/Signatures.sol";
import {SumTree} from "../../src/SumTree.sol";
import {PayoutTree} from "../PayoutTree.sol";
import {ChannelsFixture} from "./ChannelsFixture.sol";

contract FanTest is ChannelsFixture {
    function setUp() public {
        _setUp(address(0), address(0));
        _deposit(100 ether);
    }

    function _claimOf(address payee, uint128 max) internal view returns (IChannels.PayeeClaim memory) {
        return IChannels.PayeeClaim(
            payee, max, _sign(AUTHORIZER_KEY, channels.getPayeeVoucherDigest(id, payee, max))
        );
    }

    function _claim(address payee, uint128 max) internal {
        IChannels.PayeeClaim[] memory claims = new IChannels.PayeeClaim[](1);
        claims[0] = _claimOf(payee, max);
        channels.claimPayees(config, claims);
    }

    function _packed(address payee, uint128 max) internal view returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) =
            vm.sign(AUTHORIZER_KEY, channels.getPayeeVoucherDigest(id, payee, max));
        return abi.encodePacked(payee, max, r, bytes32(uint256(s) | (uint256(v - 27) << 255)));
    }

    function _settle(address payee) internal {
        address[] memory payees = new address[](1);
        payees[0] = payee;
        channels.settlePayees(config, payees);
    }

    function testFuzz_ManyPayeesFromOneDeposit(uint128[4] memory amounts) public {
        IChannels.PayeeClaim[] memory claims = new IChannels.PayeeClaim[](4);
        address[] memory payees = new address[](4);
        uint256 total;
        for (uint256 i = 0; i < 4; i++) {
            amounts[i] = uint128(bound(amounts[i], 1, 25 ether));
            payees[i] = address(uint160(0x2000 + i));
            claims[i] = _claimOf(payees[i], amounts[i]);
            total += amounts[i];
        }
        channels.claimPayees(config, claims);
        channels.settlePayees(config, payees);
        for (uint256 i = 0; i < 4; i++) {
            assertEq(payees[i].balance, amounts[i]);
        }
        assertEq(channels.freeOf(id), 100 ether - total);
    }

    function test_VouchersAreCumulativeAPayee() public {
        _claim(address(1001), 3 ether);
        _claim(address(1001), 3 ether);
        _claim(address(1001), 2 ether);
        _claim(address(1001), 4 ether);
        _settle(address(1001));
        assertEq(address(1001).balance, 4 ether);
    }

    function testFuzz_PackedClaimsEqualPlainOnes(uint128 one, uint128 two) public {
        one = uint128(bound(one, 1, 50 ether));
        two = uint128(bound(two, 1, 50 ether));
        channels.claimPacked(
            config,
            bytes.concat(_packed(address(1001), one), _packed(address(1002), two), _packed(address(1001), one))
        );
        assertEq(channels.lineOf(id, address(1001)).claimed, one);
        assertEq(channels.lineOf(id, address(1002)).claimed, two);
        (, uint128 claimed) = channels.channels(id);
        assertEq(claimed, uint256(one) + two);
    }

    function test_ClaimRevertsBeyondTheFreeBalance() public {
        _claim(address(1001), 60 ether);
        IChannels.PayeeClaim[] memory claims = new IChannels.PayeeClaim[](1);
        claims[0] = _claimOf(address(1002), 41 ether);
        vm.expectRevert(
            abi.encodeWithSelector(
                IChannels.ClaimExceedsBalance.selector, id, 41 ether, 40 ether
            )
        );
        channels.claimPayees(config, claims);
    }

    function test_ClaimRevertsForWrongKey() public {
        IChannels.PayeeClaim[] memory claims = new IChannels.PayeeClaim[](1);
        claims[0] = _claimOf(address(1001), 1 ether);
        claims[0].payee = address(1002);
        vm.expectPartialRevert(Signatures.InvalidSignature.selector);
        channels.claimPayees(config, claims);
    }

    function test_PackedClaimRevertsForWrongKey() public {
        bytes memory packed = _packed(address(1001), 1 ether);
        packed[19] ^= 0x01;
        vm.expectPartialRevert(Signatures.InvalidSignature.selector);
        channels.claimPacked(config, packed);
        packed = _packed(address(1001), 1 ether);
        packed[40] ^= 0xff;
        vm.expectPartialRevert(Signatures.InvalidSignature.selector);
        channels.claimPacked(config, packed);
    }

    function test_PackedClaimRevertsForBadLength() public {
        vm.expectRevert(abi.encodeWithSelector(IChannels.BadPackedLength.selector, 99));
        channels.claimPacked(config, new bytes(99));
    }

    function test_ClaimRevertsForAnAmountBeyondALine() public {
        IChannels.PayeeClaim[] memory claims = new IChannels.PayeeClaim[](1);
        claims[0] = _claimOf(address(1001), 1 << 120);
        vm.expectRevert(abi.encodeWithSelector(IChannels.AmountTooLarge.selector, 1 << 120));
        channels.claimPayees(config, claims);
    }

    function test_ClaimRevertsForAChannel() public {
        config.receiver = address(0xbeef);
        id = channels.getChannelId(config);
        vm.expectRevert(abi.encodeWithSelector(IChannels.NotAFan.selector, id));
        channels.claimPayees(config, new IChannels.PayeeClaim[](0));
    }

    function test_SettleRevertsForNothing() public {
        vm.expectRevert(abi.encodeWithSelector(IChannels.NothingToSettle.selector, address(1001)));
        _settle(address(1001));
    }

    function test_ReservationHoldsAgainstOthersAndThePayer() public {
        vm.prank(payer);
        channels.reserve(config, address(1001), 40 ether, uint40(block.timestamp + 1 days));
        _claim(address(1002), 60 ether);
        vm.prank(payer);
        channels.initiateWithdraw(config, 100 ether);
        vm.warp(block.timestamp + DELAY);
        vm.expectRevert(abi.encodeWithSelector(IChannels.NothingToWithdraw.selector, id));
        channels.finalizeWithdraw(config);
        _claim(address(1001), 40 ether);
        _settle(address(1001));
        assertEq(address(1001).balance, 40 ether);
        assertEq(channels.reservedOf(id), 0);
    }

    function testFuzz_ClaimsUseTheReservationFirst(uint128 guaranteed, uint128 claimed) public {
        guaranteed = uint128(bound(guaranteed, 1, 100 ether));
        claimed = uint128(bound(claimed, 1, 100 ether));
        vm.prank(vm.addr(AUTHORIZER_KEY));
        channels.reserve(config, address(1001), guaranteed, uint40(block.timestamp + 1));
        _claim(address(1001), claimed);
        assertEq(channels.reservedOf(id), guaranteed > claimed ? guaranteed - claimed : 0);
        assertEq(
            channels.freeOf(id), 100 ether - (guaranteed > claimed ? guaranteed : claimed)
        );
    }

    function test_ReservationGrowsByItsDifference() public {
        vm.startPrank(payer);
        channels.reserve(config, address(1001), 10 ether, uint40(block.timestamp + 1 days));
        channels.reserve(config, address(1001), 30 ether, uint40(block.timestamp + 1 days));
        vm.stopPrank();
        assertEq(channels.reservedOf(id), 30 ether);
        assertEq(channels.reservationOf(id, address(1001)).guaranteed, 30 ether);
    }

    function test_ReserveWithSignature() public {
        uint40 expiry = uint40(block.timestamp + 1 days);
        bytes32 structHash = keccak256(
            abi.encode(channels.RESERVE_TYPEHASH(), id, address(1001), uint128(10 ether), expiry)
        );
        bytes memory signature = _signStruct(AUTHORIZER_KEY, structHash);
        channels.reserveWithSignature(config, address(1001), 10 ether, expiry, signature);
        assertEq(channels.reservedOf(id), 10 ether);
        signature = _signStruct(OTHER_KEY, structHash);
        vm.expectPartialRevert(Signatures.InvalidSignature.selector);
        channels.reserveWithSignature(config, address(1001), 10 ether, expiry, signature);
    }

    function test_ReserveRevertsForOthers() public {
        vm.expectRevert(
            abi.encodeWithSelector(IChannels.NotThePayer.selector, address(this), payer)
        );
        channels.reserve(config, address(1001), 1, uint40(block.timestamp + 1));
    }

    function test_ReserveRevertsWhenItFalls() public {
        vm.startPrank(payer);
        channels.reserve(config, address(1001), 10, uint40(block.timestamp + 1 days));
        _expectRevert(IChannels.ReservationFell.selector, 10, 10);
        channels.reserve(config, address(1001), 10, uint40(block.timestamp + 1 days));
    }

    function test_ReserveRevertsForAnEarlierExpiry() public {
        vm.startPrank(payer);
        _expectRevert(IChannels.ExpiryTooEarly.selector, block.timestamp, block.timestamp + 1);
        channels.reserve(config, address(1001), 10, uint40(block.timestamp));
        channels.reserve(config, address(1001), 10, uint40(block.timestamp + 9));
        _expectRevert(IChannels.ExpiryTooEarly.selector, block.timestamp + 8, block.timestamp + 9);
        channels.reserve(config, address(1001), 11, uint40(block.timestamp + 8));
    }

    function test_ReserveRevertsBeyondTheFreeBalance() public {
        vm.prank(payer);
        vm.expectRevert(
            abi.encodeWithSelector(
                IChannels.ClaimExceedsBalance.selector, id, 101 ether, 100 ether
            )
        );
        channels.reserve(config, address(1001), 101 ether, uint40(block.timestamp + 1));
    }

    function test_ReleaseAfterExpiry() public {
        uint40 expiry = uint40(block.timestamp + 1 days);
        vm.prank(payer);
        channels.reserve(config, address(1001), 10 ether, expiry);
        _claim(address(1001), 4 ether);
        _expectRevert(IChannels.NotExpired.selector, expiry, block.timestamp);
        channels.release(config, address(1001));
        vm.warp(expiry);
        channels.release(config, address(1001));
        assertEq(channels.freeOf(id), 96 ether);
        vm.expectRevert(abi.encodeWithSelector(IChannels.NothingReserved.selector, id));
        channels.release(config, address(1001));
        // A claim after that draws on the free balance, and a new reservation starts above the old one.
        _claim(address(1001), 6 ether);
        vm.prank(payer);
        channels.reserve(config, address(1001), 11 ether, expiry + 1);
        assertEq(channels.reservedOf(id), 5 ether);
    }

    // Batches.

    function _batch(uint256 count)
        internal
        pure
        returns (address[] memory payees, uint128[] memory sums)
    {
        payees = new address[](count);
        sums = new uint128[](count);
        for (uint256 i = 0; i < count; i++) {
            payees[i] = address(uint160(0x10000 + i));
            sums[i] = uint128(1 + i % 7) * 1e12;
        }
    }

    function _signBatch(uint256 key, PayoutTree.Node memory root, uint40 expiry)
        internal
        view
        returns (bytes memory)
    {
        return _signStruct(
            key, keccak256(abi.encode(channels.BATCH_TYPEHASH(), id, root.hash, root.sum, expiry))
        );
    }

    function _settleBatch(uint256 count) internal returns (PayoutTree.Node memory root, uint40 expiry) {
        (address[] memory payees, uint128[] memory sums) = _batch(count);
        root = PayoutTree.root(payees, sums);
        expiry = uint40(block.timestamp + 7 days);
        bytes memory signature = _signBatch(AUTHORIZER_KEY, root, expiry);
        channels.settleBatch(config, root.hash, root.sum, expiry, signature);
    }

    function testFuzz_BatchPaysEachLeafOnce(uint256 count, uint256 pick) public {
        count = bound(count, 1, 20);
        pick = bound(pick, 0, count - 1);
        (PayoutTree.Node memory root,) = _settleBatch(count);
        (address[] memory payees, uint128[] memory sums) = _batch(count);
        bytes memory proof = PayoutTree.proof(payees, sums, pick);
        channels.collect(config, root.hash, uint32(pick), payees[pick], sums[pick], proof);
        assertEq(payees[pick].balance, sums[pick]);
        assertTrue(channels.isCollected(id, root.hash, uint32(pick)));
        assertEq(channels.reservedOf(id), root.sum - sums[pick]);
        vm.expectRevert(abi.encodeWithSelector(IChannels.AlreadyPaid.selector, root.hash, pick));
        channels.collect(config, root.hash, uint32(pick), payees[pick], sums[pick], proof);
    }

    function test_CollectRevertsForAnotherAmount() public {
        (PayoutTree.Node memory root,) = _settleBatch(5);
        (address[] memory payees, uint128[] memory sums) = _batch(5);
        bytes memory proof = PayoutTree.proof(payees, sums, 1);
        vm.expectRevert(abi.encodeWithSelector(SumTree.NotInRoot.selector, root.hash, root.sum));
        channels.collect(config, root.hash, 1, payees[1], sums[1] + 1, proof);
    }

    function test_CollectRevertsForAnUnknownBatch() public {
        vm.expectRevert(abi.encodeWithSelector(SumTree.NotInRoot.selector, bytes32("root"), 0));
        channels.collect(config, "root", 1, address(1001), 0, "");
    }

    function test_SettleBatchRevertsWhenRepeated() public {
        (PayoutTree.Node memory root, uint40 expiry) = _settleBatch(5);
        bytes memory signature = _signBatch(AUTHORIZER_KEY, root, expiry);
        vm.expectRevert(abi.encodeWithSelector(IChannels.BatchExists.selector, id, root.hash));
        channels.settleBatch(config, root.hash, root.sum, expiry, signature);
    }

    function test_SettleBatchRevertsForWrongKey() public {
        PayoutTree.Node memory root = PayoutTree.Node("root", 1);
        uint40 expiry = uint40(block.timestamp + 7 days);
        bytes memory signature = _signBatch(OTHER_KEY, root, expiry);
        vm.expectPartialRevert(Signatures.InvalidSignature.selector);
        channels.settleBatch(config, "root", 1, expiry, signature);
    }

    function test_SettleBatchRevertsForAShortLife() public {
        uint40 expiry = uint40(block.timestamp + 7 days - 1);
        _expectRevert(IChannels.ExpiryTooEarly.selector, expiry, uint256(expiry) + 1);
        channels.settleBatch(config, "root", 1, expiry, "");
    }

    function test_SettleBatchRevertsForNothing() public {
        vm.expectRevert(IChannels.ZeroAmount.selector);
        channels.settleBatch(config, "root", 0, 0, "");
    }

    function test_SettleBatchRevertsBeyondTheFreeBalance() public {
        PayoutTree.Node memory root = PayoutTree.Node("root", 101 ether);
        uint40 expiry = uint40(block.timestamp + 7 days);
        bytes memory signature = _signBatch(AUTHORIZER_KEY, root, expiry);
        vm.expectRevert(
            abi.encodeWithSelector(
                IChannels.ClaimExceedsBalance.selector, id, 101 ether, 100 ether
            )
        );
        channels.settleBatch(config, "root", 101 ether, expiry, signature);
    }

    function test_ReleaseBatchAfterExpiry() public {
        (PayoutTree.Node memory root, uint40 expiry) = _settleBatch(5);
        (address[] memory payees, uint128[] memory sums) = _batch(5);
        bytes memory proof = PayoutTree.proof(payees, sums, 1);
        channels.collect(config, root.hash, 1, payees[1], sums[1], proof);
        _expectRevert(IChannels.NotExpired.selector, expiry, block.timestamp);
        channels.releaseBatch(config, root.hash);
        vm.warp(expiry);
        channels.releaseBatch(config, root.hash);
        assertEq(channels.freeOf(id), 100 ether - sums[1]);
        assertEq(channels.batchOf(id, root.hash).paid, root.sum);
        vm.expectRevert(abi.encodeWithSelector(IChannels.NothingReserved.selector, id));
        channels.releaseBatch(config, root.hash);
        proof = PayoutTree.proof(payees, sums, 2);
        vm.expectRevert(abi.encodeWithSelector(IChannels.AlreadyPaid.selector, root.hash, 2));
        channels.collect(config, root.hash, 2, payees[2], sums[2], proof);
    }

    // What fits in a transaction of 2^24 gas (EIP-7825).

    function _claimLines(uint256 first, uint256 count, uint128 max)
        internal
        returns (uint256 transactionGas)
    {
        bytes memory packed;
        bytes[] memory parts = new bytes[](count);
        for (uint256 i = 0; i < count; i++) {
            parts[i] = _packed(address(uint160(0x30000 + first + i)), max);
        }
        packed = _concat(parts);
        vm.cool(address(channels)); // As a transaction of its own finds it.
        uint256 before = gasleft();
        channels.claimPacked(config, packed);
        uint256 used = before - gasleft();
        return _transactionGas(used, abi.encodeCall(channels.claimPacked, (config, packed)));
    }

    function _concat(bytes[] memory parts) internal pure returns (bytes memory whole) {
        whole = new bytes(parts.length * 100);
        for (uint256 i = 0; i < parts.length; i++) {
            bytes memory part = parts[i];
            assembly ("memory-safe") {
                mcopy(add(add(whole, 32), mul(i, 100)), add(part, 32), 100)
            }
        }
    }

    function test_GasOfPackedClaims() public {
        _claimLines(0, 1, 1e12);
        vm.snapshotGasLastCall("Channels", "claimPacked, 1 fresh line");
        _claimLines(100, 100, 1e12);
        vm.snapshotGasLastCall("Channels", "claimPacked, 100 fresh lines");
        _claimLines(100, 100, 2e12);
        vm.snapshotGasLastCall("Channels", "claimPacked, 100 known lines");
    }

    /// Ten vouchers for each of 1,000 payees: the last of each stands for all ten.
    function test_TenThousandVouchersSettleInTwoTransactions() public {
        uint256 signed;
        for (uint256 i = 0; i < 1_000; i++) {
            for (uint128 n = 1; n < 10; n++) {
                _packed(address(uint160(0x30000 + i)), n * 1e12);
                signed++;
            }
        }
        for (uint256 half = 0; half < 2; half++) {
            uint256 used = _claimLines(half * 500, 500, 10e12);
            signed += 500;
            assertLe(used, 1 << 24, "gas of a transaction");
        }
        assertEq(signed, 10_000);
        (, uint128 claimed) = channels.channels(id);
        assertEq(claimed, 1_000 * 10e12);
    }

    /// 10,000 payees, one signature: the first transaction settles all, and any other pays one of them.
    function test_TenThousandPayeesSettleInOneTransaction() public {
        (address[] memory payees, uint128[] memory sums) = _batch(10_000);
        PayoutTree.Node memory root = PayoutTree.root(payees, sums);
        uint40 expiry = uint40(block.timestamp + 7 days);
        bytes memory signature = _signBatch(AUTHORIZER_KEY, root, expiry);
        channels.settleBatch(config, root.hash, root.sum, expiry, signature);
        vm.snapshotGasLastCall("Channels", "settleBatch, 10,000 payees");
        bytes memory proof = PayoutTree.proof(payees, sums, 9_876);
        channels.collect(config, root.hash, 9_876, payees[9_876], sums[9_876], proof);
        vm.snapshotGasLastCall("Channels", "collect, of 10,000 payees");
        assertLe(proof.length, 2_000, "bytes of proof");
        assertEq(payees[9_876].balance, sums[9_876]);
    }

    /// The most known lines that one transaction brings up to date, for the record in README.
    function test_MostLinesInATransaction() public {
        _claimLines(0, 500, 1e12);
        _claimLines(500, 500, 1e12);
        _claimLines(1_000, 100, 1e12);
        uint256 used = _claimLines(0, 1_100, 2e12);
        assertLe(used, 1 << 24, "gas of a transaction");
    }
}
