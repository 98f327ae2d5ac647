// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Assets} from "../src/Assets.sol";
import {IMerklePayout} from "../src/interfaces/IMerklePayout.sol";
import {MerklePayout} from "../src/MerklePayout.sol";
import {Signatures} from "../src/Signatures.sol";
import {SumTree} from "../src/SumTree.sol";
import {FeeToken, PlainToken} from "./mocks/Tokens.sol";
import {KeyedWallet, Refuser} from "./mocks/Wallets.sol";
import {PayoutTree} from "./PayoutTree.sol";
import {Test} from "./Test.sol";

contract MerklePayoutTest is Test {
    uint256 internal constant KEY = 0xa11ce;
    uint40 internal constant CLAIM_SECONDS = 30 days;

    MerklePayout internal payouts;
    address internal payer;
    bytes32 internal id;
    address[] internal accounts;
    uint128[] internal sums;

    function setUp() public {
        payouts = new MerklePayout();
        payer = vm.addr(KEY);
        vm.deal(payer, 1_000 ether);
        vm.warp(1_000_000);
        for (uint160 i = 0; i < 5; i++) {
            accounts.push(address(0x1000 + i));
            sums.push(uint128(i + 1) * 1 ether);
        }
        vm.prank(payer);
        id = payouts.open(address(0), "salt", 0.5 ether, CLAIM_SECONDS);
        _deposit(100 ether);
    }

    function _deposit(uint128 amount) internal {
        vm.prank(payer);
        payouts.deposit{value: amount}(id, amount);
    }

    function _root() internal view returns (PayoutTree.Node memory) {
        return PayoutTree.root(accounts, sums);
    }

    function _post(uint64 epoch) internal {
        PayoutTree.Node memory root = _root();
        vm.prank(payer);
        payouts.post(id, epoch, root.hash, root.sum);
    }

    function _claim(uint64 epoch, uint32 index) internal view returns (IMerklePayout.Claim memory) {
        return IMerklePayout.Claim(
            id, epoch, index, accounts[index], sums[index], PayoutTree.proof(accounts, sums, index)
        );
    }

    function test_PaysEachAccountItsSum() public {
        _post(1);
        for (uint32 i = 0; i < accounts.length; i++) {
            assertEq(payouts.claim(_claim(1, i)), sums[i]);
            assertEq(accounts[i].balance, sums[i]);
        }
        assertEq(payouts.payoutOf(id).paid, 15 ether);
        assertEq(address(payouts).balance, 85 ether);
    }

    function test_LaterRootPaysTheDifference() public {
        _post(1);
        payouts.claim(_claim(1, 2));
        sums[2] += 1 ether;
        _post(2);
        assertEq(payouts.claim(_claim(2, 2)), 1 ether);
        assertEq(accounts[2].balance, 4 ether);
    }

    function test_EarlierRootStaysGood() public {
        _post(1);
        IMerklePayout.Claim memory early = _claim(1, 2);
        sums[2] += 1 ether;
        _post(2);
        assertEq(payouts.claim(early), 3 ether);
        assertEq(payouts.claim(_claim(2, 2)), 1 ether);
    }

    function test_SmallSumsCarryOver() public {
        sums[0] = 0.3 ether;
        _post(1);
        IMerklePayout.Claim memory small = _claim(1, 0);
        vm.expectRevert(
            abi.encodeWithSelector(IMerklePayout.BelowMinimum.selector, 0.3 ether, 0.5 ether)
        );
        payouts.claim(small);
        sums[0] = 0.6 ether;
        _post(2);
        assertEq(payouts.claim(_claim(2, 0)), 0.6 ether);
    }

    function test_LoweredMinimumSetsRemaindersFree() public {
        sums[0] = 0.3 ether;
        _post(1);
        vm.prank(payer);
        payouts.lowerMinimum(id, 0);
        assertEq(payouts.claim(_claim(1, 0)), 0.3 ether);
    }

    function test_OneLeafIsItsOwnRoot() public {
        PayoutTree.Node memory leaf = PayoutTree.leaf(0, accounts[0], 1 ether);
        vm.prank(payer);
        payouts.post(id, 1, leaf.hash, leaf.sum);
        assertEq(
            payouts.claim(IMerklePayout.Claim(id, 1, 0, accounts[0], 1 ether, "")), 1 ether
        );
    }

    function testFuzz_EveryLeafOfAnyTreeIsPaidOnce(uint256 count, uint256 pick, uint128[16] memory raw)
        public
    {
        count = bound(count, 1, 16);
        pick = bound(pick, 0, count - 1);
        delete accounts;
        delete sums;
        uint256 total;
        for (uint256 i = 0; i < count; i++) {
            accounts.push(address(uint160(0x2000 + i)));
            sums.push(uint128(bound(raw[i], 0.5 ether, 5 ether)));
            total += sums[i];
        }
        _post(1);
        IMerklePayout.Claim memory c = _claim(1, uint32(pick));
        assertEq(payouts.dueOf(c), sums[pick]);
        payouts.claim(c);
        assertEq(accounts[pick].balance, sums[pick]);
        vm.expectRevert(
            abi.encodeWithSelector(IMerklePayout.NothingToClaim.selector, accounts[pick])
        );
        payouts.claim(c);
    }

    function testFuzz_ChangedLeafIsRefused(uint8 what, uint256 by) public {
        _post(1);
        IMerklePayout.Claim memory c = _claim(1, 3);
        what = uint8(bound(what, 0, 3));
        if (what == 0) c.cumulative = uint128(bound(by, c.cumulative + 1, type(uint128).max));
        else if (what == 1) c.account = address(uint160(bound(by, 1, 0xfff)));
        else if (what == 2) c.index = uint32(bound(by, 4, type(uint32).max));
        else c.proof[bound(by, 0, c.proof.length - 1)] ^= 0x01;
        vm.expectRevert();
        payouts.claim(c);
    }

    /// A builder that promises more than its total cannot make both leaves good.
    function test_OverstatedTreeCannotBeClaimed() public {
        PayoutTree.Node memory left = PayoutTree.leaf(0, accounts[0], 60 ether);
        PayoutTree.Node memory right = PayoutTree.leaf(1, accounts[1], 60 ether);
        bytes32 hash =
            keccak256(abi.encodePacked(uint8(1), left.hash, left.sum, right.hash, right.sum));
        vm.prank(payer);
        payouts.post(id, 1, hash, 100 ether);
        vm.expectRevert(abi.encodeWithSelector(SumTree.NotInRoot.selector, hash, 100 ether));
        payouts.claim(
            IMerklePayout.Claim(
                id, 1, 0, accounts[0], 60 ether, abi.encodePacked(right.hash, right.sum)
            )
        );
    }

    function test_WrappedSumIsRefused() public {
        PayoutTree.Node memory left = PayoutTree.leaf(0, accounts[0], 2 ether);
        uint128 huge = type(uint128).max;
        bytes memory proof = abi.encodePacked(bytes32(0), huge, bytes32(0), uint128(0));
        vm.prank(payer);
        payouts.post(id, 1, left.hash, 1 ether);
        vm.expectRevert(SumTree.SumOverflow.selector);
        payouts.claim(IMerklePayout.Claim(id, 1, 0, accounts[0], 2 ether, proof));
    }

    function test_ClaimToPaysElsewhere() public {
        _post(1);
        vm.prank(accounts[1]);
        payouts.claimTo(_claim(1, 1), address(0xbeef));
        assertEq(address(0xbeef).balance, 2 ether);
    }

    function test_ClaimToRevertsForOthers() public {
        _post(1);
        IMerklePayout.Claim memory c = _claim(1, 1);
        vm.expectRevert(
            abi.encodeWithSelector(
                IMerklePayout.NotTheAccount.selector, address(this), accounts[1]
            )
        );
        payouts.claimTo(c, address(this));
    }

    function test_ClaimManyPaysAll() public {
        _post(1);
        IMerklePayout.Claim[] memory claims = new IMerklePayout.Claim[](2);
        (claims[0], claims[1]) = (_claim(1, 0), _claim(1, 4));
        payouts.claimMany(claims);
        assertEq(accounts[0].balance + accounts[4].balance, 6 ether);
    }

    function test_ClaimManyRevertsWhenOneDoes() public {
        _post(1);
        IMerklePayout.Claim[] memory claims = new IMerklePayout.Claim[](2);
        (claims[0], claims[1]) = (_claim(1, 0), _claim(1, 0));
        vm.expectRevert(
            abi.encodeWithSelector(IMerklePayout.NothingToClaim.selector, accounts[0])
        );
        payouts.claimMany(claims);
    }

    function test_ClaimRevertsWhenTheAccountRefuses() public {
        accounts[0] = address(new Refuser());
        _post(1);
        IMerklePayout.Claim memory c = _claim(1, 0);
        vm.expectRevert(
            abi.encodeWithSelector(Assets.NativeTransferFailed.selector, accounts[0], 1 ether)
        );
        payouts.claim(c);
    }

    function test_ClaimRevertsForBadProofLength() public {
        _post(1);
        IMerklePayout.Claim memory c = _claim(1, 0);
        c.proof = new bytes(47);
        vm.expectRevert(abi.encodeWithSelector(SumTree.BadProofLength.selector, 47));
        payouts.claim(c);
        c.proof = new bytes(33 * 48);
        vm.expectRevert(abi.encodeWithSelector(SumTree.BadProofLength.selector, 33 * 48));
        payouts.claim(c);
    }

    function test_ClaimRevertsForAnEpochWithoutRoot() public {
        IMerklePayout.Claim memory c = _claim(1, 0);
        vm.expectRevert(abi.encodeWithSelector(SumTree.NotInRoot.selector, 0, 0));
        payouts.claim(c);
    }

    function test_ClaimRevertsForUnknownPayout() public {
        IMerklePayout.Claim memory c = _claim(1, 0);
        c.id = "other";
        vm.expectRevert(abi.encodeWithSelector(IMerklePayout.UnknownPayout.selector, c.id));
        payouts.claim(c);
    }

    /// A payer that lowers sums already taken shorts its own payees, never another payout.
    function test_DishonestPayerExhaustsOnlyItsOwnDeposit() public {
        vm.prank(address(0xcafe));
        bytes32 other = payouts.open(address(0), "salt", 0, CLAIM_SECONDS);
        vm.deal(address(this), 50 ether);
        payouts.deposit{value: 50 ether}(other, 50 ether);
        sums[4] = 85 ether;
        _post(1);
        payouts.claim(_claim(1, 4));
        (sums[4], sums[3]) = (0, 90 ether);
        sums[2] = 2 ether;
        _post(2);
        IMerklePayout.Claim memory c = _claim(2, 3);
        vm.expectRevert(
            abi.encodeWithSelector(IMerklePayout.DepositExhausted.selector, 90 ether, 15 ether)
        );
        payouts.claim(c);
    }

    function test_PostTakesAPayersSignatureFromAnyone() public {
        PayoutTree.Node memory root = _root();
        payouts.postWithSignature(
            id, 1, root.hash, root.sum, block.timestamp, _signPost(KEY, root, block.timestamp)
        );
        (bytes32 hash, uint128 total) = payouts.rootOf(id, 1);
        assertEq(hash, root.hash);
        assertEq(total, root.sum);
    }

    function test_PostTakesAContractsSignature() public {
        KeyedWallet wallet = new KeyedWallet(payer);
        vm.deal(address(wallet), 20 ether);
        wallet.call(
            address(payouts),
            0,
            abi.encodeCall(payouts.open, (address(0), "salt", 0, CLAIM_SECONDS))
        );
        id = payouts.idOf(address(wallet), address(0), "salt");
        _deposit(20 ether);
        PayoutTree.Node memory root = _root();
        payouts.postWithSignature(
            id, 1, root.hash, root.sum, block.timestamp, _signPost(KEY, root, block.timestamp)
        );
        assertEq(payouts.payoutOf(id).epoch, 1);
    }

    function _signPost(uint256 key, PayoutTree.Node memory root, uint256 deadline)
        internal
        view
        returns (bytes memory)
    {
        bytes32 domain = keccak256(
            abi.encode(
                keccak256(
                    "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
                ),
                keccak256("Assay MerklePayout"),
                keccak256("1"),
                block.chainid,
                address(payouts)
            )
        );
        bytes32 structHash =
            keccak256(abi.encode(payouts.POST_TYPEHASH(), id, uint64(1), root.hash, root.sum, deadline));
        (uint8 v, bytes32 r, bytes32 s) =
            vm.sign(key, keccak256(abi.encodePacked(hex"1901", domain, structHash)));
        return abi.encodePacked(r, s, v);
    }

    function test_PostRevertsForWrongKey() public {
        PayoutTree.Node memory root = _root();
        bytes memory signature = _signPost(0xb0b, root, block.timestamp);
        vm.expectPartialRevert(Signatures.InvalidSignature.selector);
        payouts.postWithSignature(id, 1, root.hash, root.sum, block.timestamp, signature);
    }

    function test_PostRevertsAfterDeadline() public {
        vm.expectRevert(
            abi.encodeWithSelector(
                IMerklePayout.SignatureExpired.selector, block.timestamp - 1, block.timestamp
            )
        );
        payouts.postWithSignature(id, 1, 0, 0, block.timestamp - 1, "");
    }

    function test_PostRevertsForOthers() public {
        vm.expectRevert(
            abi.encodeWithSelector(IMerklePayout.NotThePayer.selector, address(this), payer)
        );
        payouts.post(id, 1, 0, 0);
    }

    function test_PostRevertsForWrongEpoch() public {
        vm.prank(payer);
        vm.expectRevert(abi.encodeWithSelector(IMerklePayout.WrongEpoch.selector, 2, 1));
        payouts.post(id, 2, 0, 0);
    }

    function test_PostRevertsWhenTheTotalFalls() public {
        _post(1);
        vm.prank(payer);
        vm.expectRevert(
            abi.encodeWithSelector(IMerklePayout.TotalFell.selector, 14 ether, 15 ether)
        );
        payouts.post(id, 2, "root", 14 ether);
    }

    function test_PostRevertsWithoutTheDeposit() public {
        vm.prank(payer);
        vm.expectRevert(
            abi.encodeWithSelector(IMerklePayout.NotOnDeposit.selector, 101 ether, 100 ether)
        );
        payouts.post(id, 1, "root", 101 ether);
    }

    function test_OpenRevertsWhenOpen() public {
        vm.prank(payer);
        vm.expectRevert(abi.encodeWithSelector(IMerklePayout.PayoutExists.selector, id));
        payouts.open(address(0), "salt", 0, CLAIM_SECONDS);
    }

    function test_OpenRevertsForAShortClaimWindow() public {
        vm.expectRevert(
            abi.encodeWithSelector(
                IMerklePayout.ClaimSecondsTooFew.selector, 7 days - 1, 7 days
            )
        );
        payouts.open(address(0), "other", 0, 7 days - 1);
    }

    function test_LowerMinimumRevertsForOthersAndUpwards() public {
        vm.expectRevert(
            abi.encodeWithSelector(IMerklePayout.NotThePayer.selector, address(this), payer)
        );
        payouts.lowerMinimum(id, 0);
        vm.prank(payer);
        vm.expectRevert(
            abi.encodeWithSelector(
                IMerklePayout.MinimumNotLower.selector, 0.5 ether, 0.5 ether
            )
        );
        payouts.lowerMinimum(id, 0.5 ether);
    }

    function test_DepositRevertsForWrongValue() public {
        vm.deal(address(this), 2);
        vm.expectRevert(abi.encodeWithSelector(Assets.WrongValue.selector, 1, 2));
        payouts.deposit{value: 1}(id, 2);
    }

    function test_TokenPayout() public {
        PlainToken token = new PlainToken();
        token.mint(payer, 15 ether);
        vm.startPrank(payer);
        token.approve(address(payouts), 15 ether);
        id = payouts.open(address(token), "salt", 0, type(uint40).max);
        payouts.deposit(id, 15 ether);
        vm.stopPrank();
        _post(1);
        payouts.claim(_claim(1, 1));
        assertEq(token.balanceOf(accounts[1]), 2 ether);
    }

    function test_TokenDepositRevertsWithValue() public {
        PlainToken token = new PlainToken();
        id = payouts.open(address(token), "salt", 0, CLAIM_SECONDS);
        vm.deal(address(this), 1);
        vm.expectRevert(abi.encodeWithSelector(Assets.WrongValue.selector, 1, 0));
        payouts.deposit{value: 1}(id, 1);
    }

    function test_TokenDepositRevertsForATokenWithAFee() public {
        FeeToken token = new FeeToken();
        token.mint(address(this), 10);
        token.approve(address(payouts), 10);
        id = payouts.open(address(token), "salt", 0, CLAIM_SECONDS);
        vm.expectRevert(
            abi.encodeWithSelector(Assets.UnexpectedAmount.selector, address(token), 9, 10)
        );
        payouts.deposit(id, 10);
    }

    function test_ReclaimTakesWhatIsNotCommitted() public {
        _post(1);
        vm.prank(payer);
        assertEq(payouts.reclaim(id, address(0xbeef)), 85 ether);
        assertEq(address(0xbeef).balance, 85 ether);
        for (uint32 i = 0; i < accounts.length; i++) {
            payouts.claim(_claim(1, i));
        }
    }

    function test_ReclaimTakesEverythingAfterTheWindow() public {
        _post(1);
        payouts.claim(_claim(1, 0));
        vm.warp(block.timestamp + CLAIM_SECONDS);
        vm.prank(payer);
        assertEq(payouts.reclaim(id, payer), 99 ether);
        IMerklePayout.Claim memory c = _claim(1, 1);
        vm.expectRevert(
            abi.encodeWithSelector(IMerklePayout.DepositExhausted.selector, 2 ether, 0)
        );
        payouts.claim(c);
    }

    function test_ReclaimLeavesTheCommittedBeforeTheWindowEnds() public {
        _post(1);
        vm.warp(block.timestamp + CLAIM_SECONDS - 1);
        vm.prank(payer);
        assertEq(payouts.reclaim(id, payer), 85 ether);
        vm.prank(payer);
        vm.expectRevert(abi.encodeWithSelector(IMerklePayout.NothingToReclaim.selector, id));
        payouts.reclaim(id, payer);
    }

    function test_ReclaimRevertsForOthers() public {
        vm.expectRevert(
            abi.encodeWithSelector(IMerklePayout.NotThePayer.selector, address(this), payer)
        );
        payouts.reclaim(id, address(this));
    }

    /// One root for 1,000,000 leaves: the claim's calldata and gas do not know how many there are.
    function test_AMillionLeaves() public {
        string memory json = vm.readFile("vectors/payout.json");
        vm.deal(payer, 1_000 ether);
        _deposit(500 ether);
        vm.startPrank(payer);
        payouts.post(
            id,
            1,
            bytes32(vm.parseJsonBytes(json, ".root")),
            uint128(vm.parseUint(vm.parseJsonString(json, ".total")))
        );
        vm.snapshotGasLastCall("MerklePayout", "root of 1,000,000 leaves");
        payouts.lowerMinimum(id, 0);
        vm.stopPrank();
        for (uint256 i = 0; i < 4; i++) {
            string memory at_ = string.concat(".claims[", vm.toString(i), "]");
            IMerklePayout.Claim memory c = IMerklePayout.Claim(
                id,
                1,
                uint32(vm.parseUint(vm.parseJsonString(json, string.concat(at_, ".index")))),
                address(bytes20(vm.parseJsonBytes(json, string.concat(at_, ".account")))),
                uint128(vm.parseUint(vm.parseJsonString(json, string.concat(at_, ".cumulative")))),
                vm.parseJsonBytes(json, string.concat(at_, ".proof"))
            );
            assertLe(abi.encodeCall(payouts.claim, (c)).length, 2_000, "calldata bytes");
            payouts.claim(c);
            vm.snapshotGasLastCall("MerklePayout", "claim of 1,000,000 leaves");
            assertEq(c.account.balance, c.cumulative);
        }
    }
}
