// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Credits} from "../src/Credits.sol";
import {ICredits} from "../src/interfaces/ICredits.sol";
import {Signatures} from "../src/Signatures.sol";
import {SystemAddresses} from "../src/SystemAddresses.sol";
import {CreditsFixture} from "./CreditsFixture.sol";
import {Refuser} from "./mocks/Wallets.sol";

contract CreditsTest is CreditsFixture {
    bytes32 internal constant JOB = keccak256("job");
    address internal account = address(0xcafe);

    function setUp() public {
        _setUp();
        _submit(2 * USD);
        vm.deal(account, 1_000 ether);
    }

    function _mint(uint256 amountWei) internal returns (uint256) {
        vm.prank(account);
        return credits.mint{value: amountWei}(account, 0);
    }

    function testFuzz_MintBurnsAndRoundsDown(uint256 amountWei, uint128 price) public {
        amountWei = bound(amountWei, 1e14, 1e30);
        price = uint128(bound(price, USD, 1e20));
        credits = new Credits(ICredits.Params(1 hours, 5 minutes, 1_000, 0, 0));
        _submit(price);
        vm.deal(account, amountWei);
        uint256 burnedBefore = SystemAddresses.BURN.balance;
        uint256 minted = _mint(amountWei);
        assertEq(credits.balanceOf(account), minted);
        assertEq(SystemAddresses.BURN.balance - burnedBefore, amountWei);
        assertEq(credits.burnedWei(), amountWei);
        // Never more USD in credits than was burned, and less than one credit short of it.
        assertLe(minted * 1e18 * USD, amountWei * price * 100_000, "too many");
        assertGe((minted + 1) * 1e18 * USD, amountWei * price * 100_000, "too few");
        assertGe(credits.creditsForDown(credits.weiForUp(minted)), minted, "the way back");
        assertLe(credits.weiForUp(minted), amountWei, "no dearer than what was paid");
    }

    function test_OneUsdIsAHundredThousandCredits() public {
        assertEq(_mint(0.5 ether), 100_000);
    }

    function test_MintRevertsBelowTheLeast() public {
        vm.prank(account);
        vm.expectRevert(
            abi.encodeWithSelector(ICredits.TooFewCredits.selector, 200_000, 200_001)
        );
        credits.mint{value: 1 ether}(account, 200_001);
    }

    function test_MintRevertsForNothing() public {
        vm.expectRevert(abi.encodeWithSelector(ICredits.TooFewCredits.selector, 0, 1));
        credits.mint(account, 0);
    }

    function test_MintRevertsWhenThePriceIsStale() public {
        uint256 observedAt = block.timestamp;
        vm.warp(observedAt + 1 hours);
        _mint(1 ether);
        vm.warp(observedAt + 1 hours + 1);
        vm.prank(account);
        vm.expectRevert(
            abi.encodeWithSelector(
                ICredits.StalePrice.selector, observedAt, observedAt + 1 hours + 1
            )
        );
        credits.mint{value: 1 ether}(account, 0);
        // What exists stays usable.
        vm.prank(account);
        credits.use(JOB, 1);
    }

    function test_MintRevertsBeforeTheFirstPrice() public {
        credits = new Credits(ICredits.Params(1 hours, 5 minutes, 1_000, 0, 0));
        vm.prank(account);
        vm.expectRevert(
            abi.encodeWithSelector(ICredits.StalePrice.selector, 0, block.timestamp)
        );
        credits.mint{value: 1 ether}(account, 0);
    }

    function test_MintRevertsWhenTheBurnFails() public {
        vm.etch(SystemAddresses.BURN, address(new Refuser()).code);
        vm.prank(account);
        vm.expectRevert(ICredits.BurnFailed.selector);
        credits.mint{value: 1 ether}(account, 0);
    }

    // The price.

    function test_PriceIsTheLowerMedian() public {
        vm.warp(block.timestamp + 5 minutes);
        credits.submit(_reports(1.9e8, 2.05e8, 100e8));
        assertEq(credits.latestPrice().price, 2.05e8);
        vm.warp(block.timestamp + 5 minutes);
        ICredits.Report[] memory four = new ICredits.Report[](4);
        uint128[4] memory prices = [uint128(1e8), 2.0e8, 2.1e8, 9e8];
        for (uint256 i = 0; i < 4; i++) {
            four[i] = _report(3 - i, prices[i], block.timestamp);
        }
        credits.submit(four);
        assertEq(credits.latestPrice().price, 2.0e8);
    }

    function testFuzz_PriceMovesByAtMostAStep(uint128 next) public {
        next = uint128(bound(next, 1, type(uint128).max));
        vm.warp(block.timestamp + 5 minutes);
        _submit(next);
        ICredits.Price memory price = credits.latestPrice();
        assertLe(price.price, 2.2e8, "up");
        assertGe(price.price, 1.8e8, "down");
        assertEq(price.median, next);
        assertEq(credits.mintPrice(), next < price.price ? next : price.price);
    }

    function test_TinyPricesStillMove() public {
        credits = new Credits(ICredits.Params(1 hours, 0, 1_000, 0, 0));
        _submit(1);
        vm.warp(block.timestamp + 1);
        _submit(5);
        assertEq(credits.latestPrice().price, 2);
        vm.warp(block.timestamp + 1);
        _submit(1);
        vm.warp(block.timestamp + 1);
        _submit(1);
        assertEq(credits.latestPrice().price, 1);
    }

    function test_SubmitRevertsTooSoon() public {
        ICredits.Report[] memory reports = _reports(1, 1, 1);
        uint256 from = block.timestamp + 5 minutes;
        vm.warp(from - 1);
        vm.expectRevert(abi.encodeWithSelector(ICredits.TooSoon.selector, from));
        credits.submit(reports);
    }

    function test_SubmitRevertsForTooFew() public {
        _validators(5);
        vm.warp(block.timestamp + 5 minutes);
        ICredits.Report[] memory reports = _reports(1, 1, 1);
        vm.expectRevert(abi.encodeWithSelector(ICredits.TooFewReports.selector, 3, 4));
        credits.submit(reports);
    }

    function test_SubmitRevertsForAnUnknownValidator() public {
        vm.warp(block.timestamp + 5 minutes);
        ICredits.Report[] memory reports = _reports(1, 1, 1);
        reports[1].validatorIndex = 4;
        vm.expectRevert(abi.encodeWithSelector(ICredits.UnknownValidator.selector, 4));
        credits.submit(reports);
    }

    function test_SubmitRevertsForADouble() public {
        vm.warp(block.timestamp + 5 minutes);
        ICredits.Report[] memory reports = _reports(1, 1, 1);
        reports[2] = reports[0];
        vm.expectRevert(abi.encodeWithSelector(ICredits.ReportedTwice.selector, 0));
        credits.submit(reports);
    }

    function test_SubmitRevertsForWrongOrder() public {
        vm.warp(block.timestamp + 5 minutes);
        ICredits.Report[] memory reports = _reports(1, 3, 2);
        vm.expectRevert(abi.encodeWithSelector(ICredits.PricesNotAscending.selector, 2));
        credits.submit(reports);
    }

    function test_SubmitRevertsForZero() public {
        vm.warp(block.timestamp + 5 minutes);
        ICredits.Report[] memory reports = _reports(0, 1, 2);
        vm.expectRevert(ICredits.ZeroPrice.selector);
        credits.submit(reports);
    }

    function test_SubmitRevertsForWrongKey() public {
        vm.warp(block.timestamp + 5 minutes);
        ICredits.Report[] memory reports = _reports(1, 1, 1);
        reports[2].validatorIndex = 3;
        vm.expectPartialRevert(Signatures.InvalidSignature.selector);
        credits.submit(reports);
    }

    function test_SubmitRevertsForReportsOutsideTheWindow() public {
        uint256 updatedAt = block.timestamp;
        vm.warp(updatedAt + 5 minutes);
        _expectOutside(block.timestamp + 1, updatedAt);
        _expectOutside(updatedAt, updatedAt);
        vm.warp(updatedAt + 3 hours);
        _expectOutside(block.timestamp - 1 hours - 1, block.timestamp - 1 hours - 1);
        ICredits.Report[] memory reports = _reports(2 * USD, 2 * USD, 2 * USD);
        reports[1] = _report(1, 2 * USD, block.timestamp - 1 hours);
        credits.submit(reports);
        assertEq(credits.latestPrice().observedAt, block.timestamp - 1 hours);
    }

    function _expectOutside(uint256 timestamp, uint256 after_) internal {
        ICredits.Report[] memory reports = _reports(1, 1, 1);
        reports[1] = _report(1, 1, timestamp);
        vm.expectRevert(
            abi.encodeWithSelector(
                ICredits.ReportOutsideWindow.selector, timestamp, after_, block.timestamp
            )
        );
        credits.submit(reports);
    }

    // Use.

    function testFuzz_UseTakesItsShareOfTheBurn(uint256 first, uint256 second) public {
        uint256 minted = _mint(100 ether);
        first = bound(first, 0, minted);
        second = bound(second, 0, minted - first);
        vm.startPrank(account);
        credits.use(JOB, first);
        credits.use(JOB, second);
        vm.stopPrank();
        ICredits.JobUse memory jobUse = credits.useOf(JOB);
        assertEq(jobUse.credits, first + second);
        assertEq(jobUse.burnedWei + credits.backingWei(account), 100 ether);
        if (first + second == minted) assertEq(credits.backingWei(account), 0);
        assertLe(jobUse.remintWei, jobUse.burnedWei / 4, "a quarter at most");
        assertEq(credits.totalSupply(), minted - first - second);
    }

    function test_UseRevertsBeyondTheBalance() public {
        vm.prank(account);
        vm.expectRevert(
            abi.encodeWithSelector(ICredits.InsufficientCredits.selector, account, 0, 1)
        );
        credits.use(JOB, 1);
    }

    function test_UseOfNothingFromNothing() public {
        vm.prank(account);
        credits.use(JOB, 0);
        assertEq(credits.useOf(JOB).burnedWei, 0);
    }

    function test_RemintIsCappedAWeek() public {
        uint256 minted = _mint(400 ether);
        uint256 week = block.timestamp / 7 days;
        vm.startPrank(account);
        credits.use(JOB, minted / 2);
        assertEq(credits.remintableWei(week), 50 ether);
        credits.use("other", minted / 4);
        assertEq(credits.remintableWei(week), 50 ether, "the cap");
        assertEq(credits.useOf("other").remintWei, 0);
        vm.warp(block.timestamp + 7 days);
        credits.use("third", minted / 4);
        assertEq(credits.remintableWei(week + 1), 25 ether);
    }

    function test_UseFromTakesTheAllowance() public {
        _mint(1 ether);
        vm.prank(account);
        credits.approve(address(this), 5);
        credits.useFrom(account, JOB, 3);
        assertEq(credits.allowance(account, address(this)), 2);
        vm.expectRevert(
            abi.encodeWithSelector(
                ICredits.InsufficientAllowance.selector, account, address(this), 2, 3
            )
        );
        credits.useFrom(account, JOB, 3);
        vm.prank(account);
        credits.approve(address(this), type(uint256).max);
        credits.useFrom(account, JOB, 3);
        assertEq(credits.allowance(account, address(this)), type(uint256).max);
    }

    function _signUse(uint256 key, address holder, uint256 amount, uint256 deadline)
        internal
        view
        returns (bytes memory)
    {
        bytes32 structHash = keccak256(
            abi.encode(
                credits.USE_TYPEHASH(), holder, JOB, amount, credits.nonces(holder), deadline
            )
        );
        (, string memory name, string memory version, uint256 chainId, address at_,,) =
            credits.eip712Domain();
        bytes32 domain = keccak256(
            abi.encode(
                keccak256(
                    "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
                ),
                keccak256(bytes(name)),
                keccak256(bytes(version)),
                chainId,
                at_
            )
        );
        (uint8 v, bytes32 r, bytes32 s) =
            vm.sign(key, keccak256(abi.encodePacked(hex"1901", domain, structHash)));
        return abi.encodePacked(r, s, v);
    }

    function test_UseWithSignatureOnce() public {
        account = vm.addr(7);
        vm.deal(account, 1 ether);
        _mint(1 ether);
        bytes memory signature = _signUse(7, account, 10, block.timestamp);
        credits.useWithSignature(account, JOB, 10, block.timestamp, signature);
        assertEq(credits.useOf(JOB).credits, 10);
        vm.expectPartialRevert(Signatures.InvalidSignature.selector);
        credits.useWithSignature(account, JOB, 10, block.timestamp, signature);
    }

    function test_UseWithSignatureRevertsAfterDeadline() public {
        vm.expectRevert(
            abi.encodeWithSelector(
                ICredits.SignatureExpired.selector, block.timestamp - 1, block.timestamp
            )
        );
        credits.useWithSignature(account, JOB, 10, block.timestamp - 1, "");
    }

    function test_ConstructorRevertsForBadParams() public {
        ICredits.Params[4] memory bad = [
            ICredits.Params(0, 0, 1, 0, 0),
            ICredits.Params(1, 0, 0, 0, 0),
            ICredits.Params(1, 0, 5_001, 0, 0),
            ICredits.Params(1, 0, 1, 10_001, 0)
        ];
        for (uint256 i = 0; i < 4; i++) {
            vm.expectRevert(ICredits.BadConstructor.selector);
            new Credits(bad[i]);
        }
        assertEq(credits.params().weeklyRemintCapWei, WEEKLY_CAP);
    }

    function test_Gas() public {
        _mint(1 ether);
        vm.snapshotGasLastCall("Credits", "mint");
        vm.prank(account);
        credits.use(JOB, 1);
        vm.snapshotGasLastCall("Credits", "use");
        vm.warp(block.timestamp + 5 minutes);
        _submit(2 * USD);
        vm.snapshotGasLastCall("Credits", "submit, 3 reports");
    }
}
