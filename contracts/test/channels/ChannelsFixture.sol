// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Channels} from "../../src/Channels.sol";
import {IChannels} from "../../src/interfaces/IChannels.sol";
import {Test} from "../Test.sol";

/// @notice What the tests of both kinds of channel share.
abstract contract ChannelsFixture is Test {
    uint256 internal constant PAYER_KEY = 0xa11ce;
    uint256 internal constant AUTHORIZER_KEY = 0xaa;
    uint256 internal constant RECEIVER_KEY = 0xbb;
    uint256 internal constant OTHER_KEY = 0xcc;
    uint40 internal constant DELAY = 1 hours;

    Channels internal channels;
    address internal payer;
    address internal receiver;
    IChannels.ChannelConfig internal config;
    bytes32 internal id;

    function _setUp(address receiver_, address token) internal {
        channels = new Channels();
        payer = vm.addr(PAYER_KEY);
        receiver = receiver_;
        vm.deal(payer, 1_000 ether);
        vm.warp(1_000_000);
        _config(token);
    }

    function _config(address token) internal {
        config = IChannels.ChannelConfig(
            payer,
            vm.addr(AUTHORIZER_KEY),
            receiver,
            receiver == address(0) ? address(0) : vm.addr(RECEIVER_KEY),
            token,
            DELAY,
            "salt"
        );
        id = channels.getChannelId(config);
    }

    function _deposit(uint128 amount) internal {
        vm.prank(payer);
        channels.deposit{value: amount}(config, amount);
    }

    function _sign(uint256 key, bytes32 digest) internal pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, digest);
        return abi.encodePacked(r, s, v);
    }

    function _domain() internal view returns (bytes32) {
        return keccak256(
            abi.encode(
                keccak256(
                    "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
                ),
                keccak256("x402 Batch Settlement"),
                keccak256("1"),
                block.chainid,
                address(channels)
            )
        );
    }

    function _signStruct(uint256 key, bytes32 structHash) internal view returns (bytes memory) {
        return _sign(key, keccak256(abi.encodePacked(hex"1901", _domain(), structHash)));
    }

    function _expectRevert(bytes4 selector, uint256 one, uint256 two) internal {
        vm.expectRevert(abi.encodeWithSelector(selector, one, two));
    }

    /// What the transaction that makes the last call with `input` costs: EIP-2028 calldata, EIP-7623 floor.
    function _transactionGas(uint256 callGas, bytes memory input) internal pure returns (uint256) {
        uint256 tokens;
        for (uint256 i = 0; i < input.length; i++) {
            tokens += input[i] == 0 ? 1 : 4;
        }
        uint256 whole = 21_000 + 4 * tokens + callGas;
        uint256 floor = 21_000 + 10 * tokens;
        return whole > floor ? whole : floor;
    }
}
