// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Test} from "../Test.sol";

/// @notice A handler's moves never revert: each tries calls, and what they did is counted by path. So a failed
/// assertion inside a move fails the campaign (`fail_on_revert`), and a suite can say what it reached.
abstract contract Moves is Test {
    /// @notice Calls on this path that had effect.
    mapping(bytes32 path => uint256) public doneCount;
    /// @notice Calls on this path that were refused.
    mapping(bytes32 path => uint256) public refusedCount;

    /// @dev One call from `from`. What a target returns is dropped.
    function _try(bytes32 path, address from, address target, uint256 wei_, bytes memory input)
        internal
        returns (bool done)
    {
        vm.prank(from);
        (done,) = target.call{value: wei_}(input);
        if (done) ++doneCount[path];
        else ++refusedCount[path];
    }

    function _reached(bytes32 path) internal {
        ++doneCount[path];
    }

    /// @dev Another number from the same luck.
    function _luck(uint256 seed, string memory purpose) internal pure returns (uint256) {
        return uint256(keccak256(abi.encode(seed, purpose)));
    }
}

/// @notice A campaign over one handler, whose moves all take numbers, and the proof that it is not idle: a
/// fixed walk must reach every path that the suite names.
abstract contract Campaign is Test {
    event log_named_uint(string name, uint256 value);

    uint256 private constant WALK_MOVES = 5_000;
    uint256 private constant CHECK_EVERY = 1_000;

    Moves private _handler;
    bytes4[] private _moves;

    function _setUpCampaign(Moves handler, bytes4[] memory moves) internal {
        _handler = handler;
        _moves = moves;
        targetContract(address(handler));
        targetSelector(address(handler), moves);
    }

    /// @dev Every path, money paths above all, that the handler must have gone with effect.
    function _paths() internal pure virtual returns (bytes32[] memory);

    /// @dev All that holds after any sequence of moves.
    function _requireInvariants() internal view virtual;

    /// @notice The moves are tried by an account that holds nothing: forge gives senders a balance of its own.
    function targetSenders() external pure returns (address[] memory senders) {
        senders = new address[](1);
        senders[0] = address(0x5E4D);
    }

    function test_AWalkReachesEveryPath() external {
        for (uint256 i; i < WALK_MOVES; ++i) {
            bytes4 move = _moves[_luck(i, 0) % _moves.length];
            bytes memory numbers = abi.encode(_luck(i, 1), _luck(i, 2), _luck(i, 3), _luck(i, 4));
            (bool moved,) = address(_handler).call(bytes.concat(move, numbers));
            assertTrue(moved, "a move never reverts");
            if (i % CHECK_EVERY == 0) this.requireInvariants();
        }
        this.requireInvariants();
        bytes32[] memory paths = _paths();
        for (uint256 i; i < paths.length; ++i) {
            emit log_named_uint(_text(paths[i]), _handler.doneCount(paths[i]));
        }
        for (uint256 i; i < paths.length; ++i) {
            assertGe(_handler.doneCount(paths[i]), 1, _text(paths[i]));
        }
    }

    /// @notice In a call of its own, so that the walk does not keep its memory.
    function requireInvariants() external view {
        _requireInvariants();
    }

    function _luck(uint256 move, uint256 purpose) private pure returns (uint256) {
        return uint256(keccak256(abi.encode("walk", move, purpose)));
    }

    function _text(bytes32 name) private pure returns (string memory text) {
        uint256 length;
        while (length < 32 && name[length] != 0) ++length;
        text = new string(length);
        assembly ("memory-safe") {
            mstore(add(text, 32), name)
        }
    }
}
