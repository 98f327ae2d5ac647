// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AgentWallet} from "../../src/AgentWallet.sol";
import {IAgentWallet} from "../../src/interfaces/IAgentWallet.sol";
import {Service} from "../AgentWallet.t.sol";
import {PlainToken} from "../mocks/Tokens.sol";
import {Campaign, Moves} from "./Moves.sol";

/// @notice An agent that tries everything, and an owner that changes its mind.
contract AgentWalletHandler is Moves {
    uint256 private constant AGENT_KEY = 0xa6e47;
    address private constant OWNER = address(0x0a);
    address private constant NOT_LISTED = address(0xbad);
    uint256 private constant TOKENS_MOST = 300;

    AgentWallet public immutable wallet;
    Service public immutable service = new Service();
    PlainToken public immutable token = new PlainToken();
    address private immutable _agent = vm.addr(AGENT_KEY);

    uint256 private _day;
    uint256 private _nativeToday;
    uint256 private _tokenToday;
    uint256 private _nativeMaxToday;
    uint256 private _tokenMaxToday;
    IAgentWallet.Policy private _policy;
    bool private _killed;
    bytes32 private _entry;
    uint64 private _sequence;

    constructor() {
        vm.warp(1_000 days);
        _fill(1 ether, 3 ether, 100, 250);
        wallet = new AgentWallet(OWNER, _agent, _policy);
        vm.deal(address(wallet), 1e30);
        token.mint(address(wallet), 1e30);
        _newDay();
    }

    /// @notice An act of the agent, by its own transaction or by its signature.
    function act(uint256 kind, uint256 amount, uint256 signed) external {
        (address target, uint256 value, bytes memory input) = _call(kind, amount);
        bool done = signed % 2 == 0
            ? _try("act", _agent, address(wallet), 0, abi.encodeCall(wallet.execute, (target, value, input)))
            : _actBySignature(target, value, input);
        if (!done) return;

        // It went through: then it was allowed.
        assertFalse(_killed, "killed");
        assertTrue(target != NOT_LISTED, "not listed");
        assertLe(block.timestamp, _policy.expiry, "expired");
        if (target == address(token)) {
            uint256 tokens = amount % TOKENS_MOST;
            assertLe(tokens, _policy.tokenLimits[0].perTransaction, "token, at once");
            _tokenToday += tokens;
            _reached("spend tokens");
        } else {
            assertLe(value, _policy.perTransactionWei, "wei, at once");
            _nativeToday += value;
            if (value != 0) _reached("spend wei");
        }
        _acted(_agent, wallet.policyHash(), target, value, input);
    }

    function wait(uint256 seconds_) external {
        vm.warp(block.timestamp + bound(seconds_, 0, 1 days));
        _newDay();
    }

    function setPolicy(uint256 once, uint256 day, uint256 tokens) external {
        _fill(
            uint128(once % 2 ether),
            uint128(day % 6 ether),
            uint128(tokens % TOKENS_MOST),
            uint128(tokens / TOKENS_MOST % 600)
        );
        _try("set policy", OWNER, address(wallet), 0, abi.encodeCall(wallet.setPolicy, (_agent, _policy)));
        // What a day may spend is what the day's most generous policy allows.
        if (_policy.perDayWei > _nativeMaxToday) _nativeMaxToday = _policy.perDayWei;
        uint128 perDay = _policy.tokenLimits[0].perDay;
        if (perDay > _tokenMaxToday) _tokenMaxToday = perDay;
    }

    /// @notice Mostly by the owner; by the agent never with effect.
    function kill(uint256 who, uint256 rare) external {
        if (rare % 8 != 0) return;
        address killer = who % 4 == 0 ? _agent : OWNER;
        if (_try("kill", killer, address(wallet), 0, abi.encodeCall(wallet.kill, ()))) {
            assertEq(killer, OWNER, "killer");
            _killed = true;
        }
    }

    function revive(uint256 who) external {
        address reviver = who % 4 == 0 ? _agent : OWNER;
        if (_try("revive", reviver, address(wallet), 0, abi.encodeCall(wallet.revive, ()))) {
            assertEq(reviver, OWNER, "reviver");
            _killed = false;
        }
    }

    function ownerActs(uint256 value) external {
        value = bound(value, 0, 1e18);
        bytes memory input = abi.encodeCall(wallet.executeAsOwner, (address(service), value, ""));
        if (_try("the owner acts", OWNER, address(wallet), 0, input)) {
            _acted(OWNER, 0, address(service), value, "");
        }
    }

    function requireWithinPolicy() external view {
        assertLe(_nativeToday, _nativeMaxToday, "wei today");
        assertLe(_tokenToday, _tokenMaxToday, "tokens today");
        assertEq(wallet.lastEntry(), _entry, "the log");
        assertEq(wallet.sequence(), _sequence, "the log's length");
    }

    /// @dev One in nine goes where nothing is allowed, one in sixteen far above every limit.
    function _call(uint256 kind, uint256 amount)
        private
        view
        returns (address target, uint256 value, bytes memory input)
    {
        value = amount % 16 == 0 ? amount : amount % 1.2 ether;
        if (kind % 9 == 0) return (NOT_LISTED, value, "");
        if (kind % 3 == 0) return (address(service), value, "");
        if (kind % 3 == 1) return (address(service), value, abi.encodeCall(Service.buy, (amount)));
        input = abi.encodeCall(token.transfer, (address(service), amount % TOKENS_MOST));
        return (address(token), 0, input);
    }

    function _actBySignature(address target, uint256 value, bytes memory input) private returns (bool done) {
        bytes32 structHash = keccak256(
            abi.encode(
                wallet.EXECUTE_TYPEHASH(),
                target,
                value,
                keccak256(input),
                wallet.sequence(),
                block.timestamp
            )
        );
        bytes32 digest = keccak256(abi.encodePacked(hex"1901", _domain(), structHash));
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(AGENT_KEY, digest);
        bytes memory call_ = abi.encodeCall(
            wallet.executeWithSignature,
            (target, value, input, block.timestamp, abi.encodePacked(r, s, v))
        );
        done = _try("act by signature", address(this), address(wallet), 0, call_);
        if (done) {
            (bool again,) = address(wallet).call(call_);
            assertFalse(again, "a signature serves once");
        }
    }

    function _domain() private view returns (bytes32) {
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

    function _fill(uint128 once, uint128 day, uint128 tokenOnce, uint128 tokenDay) private {
        _policy.perTransactionWei = once;
        _policy.perDayWei = day;
        _policy.expiry = uint64(block.timestamp + 10 days);
        delete _policy.permissions;
        delete _policy.tokenLimits;
        _policy.permissions.push(IAgentWallet.Permission(address(service), 0));
        _policy.permissions.push(IAgentWallet.Permission(address(service), Service.buy.selector));
        _policy.permissions.push(IAgentWallet.Permission(address(token), token.transfer.selector));
        _policy.tokenLimits.push(IAgentWallet.TokenLimit(address(token), tokenOnce, tokenDay));
    }

    function _newDay() private {
        uint256 day = block.timestamp / 1 days;
        if (day == _day) return;
        _day = day;
        (_nativeToday, _tokenToday) = (0, 0);
        (_nativeMaxToday, _tokenMaxToday) = (_policy.perDayWei, _policy.tokenLimits[0].perDay);
    }

    function _acted(address actor, bytes32 hash, address target, uint256 value, bytes memory input) private {
        _entry = keccak256(
            abi.encode(hash, actor, target, value, keccak256(input), _sequence++, _entry)
        );
    }
}

contract AgentWalletInvariants is Campaign {
    AgentWalletHandler private _handler;

    function setUp() public {
        _handler = new AgentWalletHandler();
        bytes4[] memory moves = new bytes4[](8);
        moves[0] = AgentWalletHandler.act.selector;
        moves[1] = AgentWalletHandler.act.selector;
        moves[2] = AgentWalletHandler.act.selector;
        moves[3] = AgentWalletHandler.wait.selector;
        moves[4] = AgentWalletHandler.setPolicy.selector;
        moves[5] = AgentWalletHandler.kill.selector;
        moves[6] = AgentWalletHandler.revive.selector;
        moves[7] = AgentWalletHandler.ownerActs.selector;
        _setUpCampaign(_handler, moves);
    }

    function invariant_LimitsHoldAndTheLogIsWhole() external view {
        _requireInvariants();
    }

    function _requireInvariants() internal view override {
        _handler.requireWithinPolicy();
    }

    function _paths() internal pure override returns (bytes32[] memory paths) {
        paths = new bytes32[](8);
        paths[0] = "act";
        paths[1] = "act by signature";
        paths[2] = "spend wei";
        paths[3] = "spend tokens";
        paths[4] = "set policy";
        paths[5] = "kill";
        paths[6] = "revive";
        paths[7] = "the owner acts";
    }
}
