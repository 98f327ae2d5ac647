// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AgentWallet} from "../src/AgentWallet.sol";
import {AgentWalletFactory} from "../src/AgentWalletFactory.sol";
import {IAgentWallet} from "../src/interfaces/IAgentWallet.sol";
import {Signatures} from "../src/Signatures.sol";
import {PlainToken} from "./mocks/Tokens.sol";
import {KeyedWallet} from "./mocks/Wallets.sol";
import {Test} from "./Test.sol";

/// @notice A service that agents pay, with a function of every kind that the tests need.
contract Service {
    error Closed(uint256 number);

    uint256 public calls;

    receive() external payable {}

    function buy(uint256) external payable returns (uint256) {
        return ++calls;
    }

    function fail(uint256 number) external pure {
        revert Closed(number);
    }

    function enter(AgentWallet wallet) external {
        wallet.execute(address(this), 1, "");
    }
}

contract AgentWalletTest is Test {
    uint256 internal constant OWNER_KEY = 0xa11ce;
    uint256 internal constant AGENT_KEY = 0xb0b;

    AgentWalletFactory internal factory;
    AgentWallet internal wallet;
    Service internal service;
    PlainToken internal token;
    address internal owner;
    address internal agent;

    function setUp() public {
        vm.warp(1_000 days);
        factory = new AgentWalletFactory();
        service = new Service();
        token = new PlainToken();
        owner = vm.addr(OWNER_KEY);
        agent = vm.addr(AGENT_KEY);
        vm.deal(address(this), 100 ether);
        wallet = AgentWallet(
            payable(factory.create{value: 100 ether}(owner, agent, _policy(), "salt"))
        );
        token.mint(address(wallet), 1_000);
    }

    function _policy() internal view returns (IAgentWallet.Policy memory policy) {
        policy.perTransactionWei = 1 ether;
        policy.perDayWei = 3 ether;
        policy.expiry = uint64(block.timestamp + 30 days);
        policy.permissions = new IAgentWallet.Permission[](7);
        policy.permissions[0] = IAgentWallet.Permission(address(service), 0);
        policy.permissions[1] = IAgentWallet.Permission(address(service), Service.buy.selector);
        policy.permissions[2] = IAgentWallet.Permission(address(service), Service.fail.selector);
        policy.permissions[3] = IAgentWallet.Permission(address(token), token.transfer.selector);
        policy.permissions[4] = IAgentWallet.Permission(address(token), token.approve.selector);
        policy.permissions[5] = IAgentWallet.Permission(address(token), token.transferFrom.selector);
        policy.permissions[6] = IAgentWallet.Permission(address(service), token.transfer.selector);
        policy.tokenLimits = new IAgentWallet.TokenLimit[](1);
        policy.tokenLimits[0] = IAgentWallet.TokenLimit(address(token), 100, 250);
    }

    function _buy(uint256 value) internal returns (bytes memory) {
        vm.prank(agent);
        return wallet.execute(address(service), value, abi.encodeCall(Service.buy, (1)));
    }

    function _expectBuyReverts(uint256 value, bytes memory reason) internal {
        vm.prank(agent);
        vm.expectRevert(reason);
        wallet.execute(address(service), value, abi.encodeCall(Service.buy, (1)));
    }

    function _domain() internal view returns (bytes32) {
        return keccak256(
            abi.encode(
                keccak256(
                    "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
                ),
                keccak256("Assay AgentWallet"),
                keccak256("1"),
                block.chainid,
                address(wallet)
            )
        );
    }

    function _sign(uint256 key, bytes32 structHash) internal view returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) =
            vm.sign(key, keccak256(abi.encodePacked(hex"1901", _domain(), structHash)));
        return abi.encodePacked(r, s, v);
    }

    function test_FactoryAddressCommitsToEverything() public {
        assertEq(factory.addressOf(owner, agent, _policy(), "salt"), address(wallet));
        assertTrue(factory.isWallet(address(wallet)));
        assertFalse(factory.isWallet(address(this)), "not made here");
        IAgentWallet.Policy memory other = _policy();
        other.perDayWei++;
        assertTrue(factory.addressOf(owner, agent, other, "salt") != address(wallet), "policy");
        assertTrue(factory.addressOf(agent, agent, _policy(), "salt") != address(wallet), "owner");
        assertEq(address(wallet).balance, 100 ether);
        vm.expectRevert();
        factory.create(owner, agent, _policy(), "salt");
    }

    function test_FactoryRevertsForZeroOwner() public {
        vm.expectRevert();
        factory.create(address(0), agent, _policy(), "salt");
        vm.expectRevert(IAgentWallet.ZeroOwner.selector);
        new AgentWallet(address(0), agent, _policy());
    }

    function testFuzz_AgentSpendsWithinItsLimits(uint256 value) public {
        value = bound(value, 0, 1 ether);
        bytes memory output = _buy(value);
        assertEq(abi.decode(output, (uint256)), 1);
        assertEq(address(service).balance, value);
        (uint256 left, uint256 once) = wallet.leftToday(address(0));
        assertEq(left, 3 ether - value);
        assertEq(once, 1 ether);
    }

    function testFuzz_RevertsAboveTheTransactionLimit(uint256 value) public {
        value = bound(value, 1 ether + 1, type(uint256).max);
        _expectBuyReverts(
            value,
            abi.encodeWithSelector(
                IAgentWallet.AboveTransactionLimit.selector, address(0), value, 1 ether
            )
        );
    }

    function test_RevertsAboveTheDayLimitUntilTomorrow() public {
        _buy(1 ether);
        _buy(1 ether);
        _buy(0.5 ether);
        _expectBuyReverts(
            0.6 ether,
            abi.encodeWithSelector(
                IAgentWallet.AboveDayLimit.selector, address(0), 0.6 ether, 0.5 ether
            )
        );
        vm.warp(block.timestamp + 1 days);
        _buy(1 ether);
        assertEq(address(service).balance, 3.5 ether);
    }

    function test_NewPolicyDoesNotForgetTheDay() public {
        _buy(1 ether);
        vm.prank(owner);
        wallet.setPolicy(agent, _policy());
        (uint256 left,) = wallet.leftToday(address(0));
        assertEq(left, 2 ether);
        assertEq(wallet.policyVersion(), 2);
    }

    function test_NewPolicyForgetsOldPermissions() public {
        IAgentWallet.Policy memory policy = _policy();
        policy.permissions = new IAgentWallet.Permission[](0);
        vm.prank(owner);
        wallet.setPolicy(agent, policy);
        assertFalse(wallet.isAllowed(address(service), Service.buy.selector), "forgotten");
        _expectBuyReverts(
            0,
            abi.encodeWithSelector(
                IAgentWallet.NotAllowed.selector, address(service), Service.buy.selector
            )
        );
    }

    function test_RevertsForTargetAndSelectorNotListed() public {
        vm.startPrank(agent);
        vm.expectRevert(
            abi.encodeWithSelector(
                IAgentWallet.NotAllowed.selector, address(0xdead), Service.buy.selector
            )
        );
        wallet.execute(address(0xdead), 0, abi.encodeCall(Service.buy, (1)));
        vm.expectRevert(
            abi.encodeWithSelector(
                IAgentWallet.NotAllowed.selector, address(service), Service.enter.selector
            )
        );
        wallet.execute(address(service), 0, abi.encodeCall(Service.enter, (wallet)));
    }

    function test_PlainPaymentIsAPermissionOfItsOwn() public {
        vm.prank(agent);
        wallet.execute(address(service), 1 ether, "");
        assertEq(address(service).balance, 1 ether);
        vm.prank(agent);
        vm.expectRevert(
            abi.encodeWithSelector(IAgentWallet.NotAllowed.selector, address(service), bytes4(0))
        );
        wallet.execute(address(service), 0, hex"00000000");
    }

    function test_RevertsForATruncatedSelector() public {
        vm.prank(agent);
        vm.expectRevert(abi.encodeWithSelector(IAgentWallet.TruncatedCall.selector, 3));
        wallet.execute(address(service), 0, hex"010203");
    }

    function test_RevertsAfterExpiry() public {
        uint256 expiry = wallet.expiry();
        vm.warp(expiry);
        _buy(0);
        vm.warp(expiry + 1);
        _expectBuyReverts(
            0, abi.encodeWithSelector(IAgentWallet.PolicyExpired.selector, expiry, expiry + 1)
        );
        (uint256 left,) = wallet.leftToday(address(0));
        assertEq(left, 0);
    }

    function test_RevertsForOthers() public {
        vm.prank(owner);
        vm.expectRevert(abi.encodeWithSelector(IAgentWallet.NotTheAgent.selector, owner));
        wallet.execute(address(service), 0, "");
    }

    function test_PassesTheTargetsErrorOn() public {
        vm.prank(agent);
        vm.expectRevert(abi.encodeWithSelector(Service.Closed.selector, 7));
        wallet.execute(address(service), 0, abi.encodeCall(Service.fail, (7)));
        assertEq(wallet.sequence(), 0);
    }

    function test_ReentryMeetsTheSameLimits() public {
        IAgentWallet.Policy memory policy = _policy();
        policy.permissions[6] = IAgentWallet.Permission(address(service), Service.enter.selector);
        vm.prank(owner);
        wallet.setPolicy(address(service), policy);
        vm.expectRevert(
            abi.encodeWithSelector(IAgentWallet.NotTheAgent.selector, address(this))
        );
        wallet.execute(address(service), 0, abi.encodeCall(Service.enter, (wallet)));
        service.enter(wallet);
        (uint256 left,) = wallet.leftToday(address(0));
        assertEq(left, 3 ether - 1);
    }

    // Tokens.

    function _token(bytes memory input) internal returns (bytes memory) {
        vm.prank(agent);
        return wallet.execute(address(token), 0, input);
    }

    function testFuzz_TokenTransfersWithinLimits(uint256 amount) public {
        amount = bound(amount, 0, 100);
        _token(abi.encodeCall(token.transfer, (address(0xbeef), amount)));
        assertEq(token.balanceOf(address(0xbeef)), amount);
        (uint256 left,) = wallet.leftToday(address(token));
        assertEq(left, 250 - amount);
    }

    function test_TokenRevertsAboveTheTransactionLimit() public {
        bytes memory reason = abi.encodeWithSelector(
            IAgentWallet.AboveTransactionLimit.selector, address(token), 101, 100
        );
        bytes[3] memory inputs = [
            abi.encodeCall(token.transfer, (address(0xbeef), 101)),
            abi.encodeCall(token.approve, (address(0xbeef), 101)),
            abi.encodeCall(token.transferFrom, (address(wallet), address(0xbeef), 101))
        ];
        for (uint256 i = 0; i < 3; i++) {
            vm.prank(agent);
            vm.expectRevert(reason);
            wallet.execute(address(token), 0, inputs[i]);
        }
    }

    function test_TokenApprovalsCountInFull() public {
        _token(abi.encodeCall(token.approve, (address(0xbeef), 100)));
        _token(abi.encodeCall(token.approve, (address(0xbeef), 100)));
        vm.prank(agent);
        vm.expectRevert(
            abi.encodeWithSelector(IAgentWallet.AboveDayLimit.selector, address(token), 51, 50)
        );
        wallet.execute(address(token), 0, abi.encodeCall(token.transfer, (address(0xbeef), 51)));
    }

    function test_TokenRevertsWithoutALimit() public {
        vm.prank(agent);
        vm.expectRevert(abi.encodeWithSelector(IAgentWallet.NoTokenLimit.selector, address(service)));
        wallet.execute(address(service), 0, abi.encodeCall(token.transfer, (address(0xbeef), 1)));
    }

    function test_TokenRevertsForTruncatedArguments() public {
        bytes memory input = abi.encodePacked(token.transfer.selector, abi.encode(address(0xbeef)));
        vm.prank(agent);
        vm.expectRevert(abi.encodeWithSelector(IAgentWallet.TruncatedCall.selector, 36));
        wallet.execute(address(token), 0, input);
    }

    /// Every spending selector is read where its amount is.
    function test_SpendingSelectorsAreAllKnown() public {
        bytes4[9] memory selectors = [
            bytes4(keccak256("transfer(address,uint256)")),
            bytes4(keccak256("approve(address,uint256)")),
            bytes4(keccak256("increaseAllowance(address,uint256)")),
            bytes4(keccak256("transferAndCall(address,uint256)")),
            bytes4(keccak256("transferAndCall(address,uint256,bytes)")),
            bytes4(keccak256("approveAndCall(address,uint256)")),
            bytes4(keccak256("approveAndCall(address,uint256,bytes)")),
            bytes4(keccak256("transferFromAndCall(address,address,uint256)")),
            bytes4(keccak256("transferFromAndCall(address,address,uint256,bytes)"))
        ];
        IAgentWallet.Policy memory policy = _policy();
        policy.permissions = new IAgentWallet.Permission[](9);
        for (uint256 i = 0; i < 9; i++) {
            policy.permissions[i] = IAgentWallet.Permission(address(token), selectors[i]);
        }
        vm.prank(owner);
        wallet.setPolicy(agent, policy);
        for (uint256 i = 0; i < 9; i++) {
            bytes memory input = i < 7
                ? abi.encodeWithSelector(selectors[i], address(1), 101, "")
                : abi.encodeWithSelector(selectors[i], address(1), address(2), 101, "");
            vm.prank(agent);
            vm.expectPartialRevert(IAgentWallet.AboveTransactionLimit.selector);
            wallet.execute(address(token), 0, input);
        }
    }

    // The kill switch.

    function test_KillStopsTheAgentAtOnce() public {
        vm.prank(owner);
        wallet.kill();
        _expectBuyReverts(0, abi.encodeWithSelector(IAgentWallet.WalletKilled.selector));
        vm.prank(owner);
        wallet.executeAsOwner(owner, 100 ether, "");
        assertEq(owner.balance, 100 ether);
        vm.prank(owner);
        wallet.revive();
        _buy(0);
    }

    function test_KillRevertsForOthers() public {
        vm.prank(agent);
        vm.expectRevert(abi.encodeWithSelector(IAgentWallet.NotTheOwner.selector, agent));
        wallet.kill();
    }

    function test_KillBySignatureOnce() public {
        bytes memory signature =
            _sign(OWNER_KEY, keccak256(abi.encode(wallet.KILL_TYPEHASH(), wallet.killNonce())));
        wallet.killWithSignature(signature);
        assertTrue(wallet.killed());
        vm.prank(owner);
        wallet.revive();
        vm.expectPartialRevert(Signatures.InvalidSignature.selector);
        wallet.killWithSignature(signature);
    }

    function test_KillBySignatureRevertsForTheAgentsKey() public {
        bytes memory signature =
            _sign(AGENT_KEY, keccak256(abi.encode(wallet.KILL_TYPEHASH(), wallet.killNonce())));
        vm.expectPartialRevert(Signatures.InvalidSignature.selector);
        wallet.killWithSignature(signature);
    }

    function test_ReviveRevertsForOthersAndWhenAlive() public {
        vm.prank(agent);
        vm.expectRevert(abi.encodeWithSelector(IAgentWallet.NotTheOwner.selector, agent));
        wallet.revive();
        vm.prank(owner);
        vm.expectRevert(IAgentWallet.NotKilled.selector);
        wallet.revive();
    }

    // Policies.

    function test_SetPolicyRevertsForOthers() public {
        IAgentWallet.Policy memory policy = _policy();
        vm.prank(agent);
        vm.expectRevert(abi.encodeWithSelector(IAgentWallet.NotTheOwner.selector, agent));
        wallet.setPolicy(agent, policy);
    }

    function test_SetPolicyRevertsForTheWalletAsTarget() public {
        IAgentWallet.Policy memory policy = _policy();
        policy.permissions[0].target = address(wallet);
        vm.prank(owner);
        vm.expectRevert(IAgentWallet.TargetIsTheWallet.selector);
        wallet.setPolicy(agent, policy);
    }

    function test_SetPolicyRevertsForTooMuch() public {
        IAgentWallet.Policy memory policy = _policy();
        policy.permissions = new IAgentWallet.Permission[](65);
        vm.startPrank(owner);
        vm.expectRevert(abi.encodeWithSelector(IAgentWallet.TooMany.selector, 65, 64));
        wallet.setPolicy(agent, policy);
        policy = _policy();
        policy.tokenLimits = new IAgentWallet.TokenLimit[](17);
        vm.expectRevert(abi.encodeWithSelector(IAgentWallet.TooMany.selector, 17, 16));
        wallet.setPolicy(agent, policy);
    }

    function test_SetPolicyRevertsForATokenLimitOnTheNativeToken() public {
        IAgentWallet.Policy memory policy = _policy();
        policy.tokenLimits[0].token = address(0);
        vm.prank(owner);
        vm.expectRevert(abi.encodeWithSelector(IAgentWallet.NoTokenLimit.selector, address(0)));
        wallet.setPolicy(agent, policy);
    }

    function test_PolicyHashCommitsToVersionAgentAndPolicy() public view {
        assertEq(wallet.policyHash(), keccak256(abi.encode(uint64(1), agent, _policy())));
    }

    // Signatures.

    function _executeHash(uint256 value, uint256 deadline) internal view returns (bytes32) {
        return keccak256(
            abi.encode(
                wallet.EXECUTE_TYPEHASH(),
                address(service),
                value,
                keccak256(""),
                wallet.sequence(),
                deadline
            )
        );
    }

    function test_ExecuteWithSignatureOnce() public {
        bytes memory signature = _sign(AGENT_KEY, _executeHash(1 ether, block.timestamp));
        wallet.executeWithSignature(address(service), 1 ether, "", block.timestamp, signature);
        assertEq(address(service).balance, 1 ether);
        vm.expectPartialRevert(Signatures.InvalidSignature.selector);
        wallet.executeWithSignature(address(service), 1 ether, "", block.timestamp, signature);
    }

    function test_ExecuteWithSignatureRevertsAfterDeadline() public {
        vm.expectRevert(
            abi.encodeWithSelector(
                IAgentWallet.SignatureExpired.selector, block.timestamp - 1, block.timestamp
            )
        );
        wallet.executeWithSignature(address(service), 1 ether, "", block.timestamp - 1, "");
    }

    function test_OwnersSignatureIsTheWallets() public {
        bytes32 hash = keccak256("an order");
        bytes32 structHash = keccak256(abi.encode(wallet.WALLET_MESSAGE_TYPEHASH(), hash));
        assertEq(
            bytes32(wallet.isValidSignature(hash, _sign(OWNER_KEY, structHash))),
            bytes32(bytes4(0x1626ba7e))
        );
        assertEq(
            bytes32(wallet.isValidSignature(hash, _sign(AGENT_KEY, structHash))),
            bytes32(bytes4(0xffffffff)),
            "the agent's"
        );
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(OWNER_KEY, hash);
        assertEq(
            bytes32(wallet.isValidSignature(hash, abi.encodePacked(r, s, v))),
            bytes32(bytes4(0xffffffff)),
            "a signature for no wallet"
        );
    }

    function test_ContractOwnerSignsThroughItsOwnCode() public {
        KeyedWallet contractOwner = new KeyedWallet(owner);
        wallet = new AgentWallet(address(contractOwner), agent, _policy());
        bytes32 structHash = keccak256(abi.encode(wallet.WALLET_MESSAGE_TYPEHASH(), bytes32("x")));
        assertEq(
            bytes32(wallet.isValidSignature("x", _sign(OWNER_KEY, structHash))),
            bytes32(bytes4(0x1626ba7e))
        );
    }

    // The owner and the log.

    function test_ExecuteAsOwnerRevertsForOthers() public {
        vm.prank(agent);
        vm.expectRevert(abi.encodeWithSelector(IAgentWallet.NotTheOwner.selector, agent));
        wallet.executeAsOwner(agent, 1, "");
    }

    function test_LogIsHashLinked() public {
        bytes memory input = abi.encodeCall(Service.buy, (1));
        bytes32 first = keccak256(
            abi.encode(
                wallet.policyHash(), agent, address(service), 5, keccak256(input), uint64(0), bytes32(0)
            )
        );
        bytes32 second = keccak256(
            abi.encode(bytes32(0), owner, owner, 6, keccak256(""), uint64(1), first)
        );
        vm.expectEmit(address(wallet));
        emit IAgentWallet.Acted(
            0, agent, address(service), 5, input, wallet.policyHash(), 0, first
        );
        _buy(5);
        assertEq(wallet.lastEntry(), first);
        vm.prank(owner);
        wallet.executeAsOwner(owner, 6, "");
        assertEq(wallet.lastEntry(), second);
        assertEq(wallet.sequence(), 2);
    }

    function test_GasOfAnAct() public {
        _buy(1 ether);
        vm.cool(address(wallet));
        _buy(1 ether);
        vm.snapshotGasLastCall("AgentWallet", "execute");
        factory.create(owner, agent, _policy(), "other");
        vm.snapshotGasLastCall("AgentWallet", "create, 7 permissions and 1 token limit");
    }
}
