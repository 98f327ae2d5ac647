// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";

/// @notice A contract account: what its key signed, it signed (ERC-1271).
contract KeyedWallet {
    address private immutable _key;

    constructor(address key) {
        _key = key;
    }

    receive() external payable {}

    function isValidSignature(bytes32 digest, bytes calldata signature) external view returns (bytes4) {
        (address recovered,,) = ECDSA.tryRecover(digest, signature);
        return recovered == _key ? bytes4(0x1626ba7e) : bytes4(0xffffffff);
    }

    function call(address target, uint256 amountWei, bytes calldata input) external {
        (bool done, bytes memory output) = target.call{value: amountWei}(input);
        if (!done) {
            assembly ("memory-safe") {
                revert(add(output, 32), mload(output))
            }
        }
    }
}

/// @notice An account that refuses every payment.
contract Refuser {
    receive() external payable {
        revert();
    }

    function call(address target, bytes calldata input) external {
        (bool done, bytes memory output) = target.call(input);
        if (!done) {
            assembly ("memory-safe") {
                revert(add(output, 32), mload(output))
            }
        }
    }
}
