// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Credits} from "../src/Credits.sol";
import {ICredits} from "../src/interfaces/ICredits.sol";
import {SystemAddresses} from "../src/SystemAddresses.sol";
import {Test} from "./Test.sol";

/// @notice Stands at the address of `Staking` and answers one question.
contract ValidatorSet {
    address[] private _validators;

    function set(address[] calldata validators) external {
        _validators = validators;
    }

    function getValidators() external view returns (address[] memory) {
        return _validators;
    }
}

abstract contract CreditsFixture is Test {
    uint128 internal constant USD = 1e8;
    uint128 internal constant WEEKLY_CAP = 50 ether;

    Credits internal credits;

    function _setUp() internal {
        vm.warp(1_000 weeks);
        vm.etch(SystemAddresses.STAKING, address(new ValidatorSet()).code);
        _validators(4);
        credits = new Credits(ICredits.Params(1 hours, 5 minutes, 1_000, 2_500, WEEKLY_CAP));
    }

    function _key(uint256 index) internal pure returns (uint256) {
        return 0x1000 + index;
    }

    function _validators(uint256 count) internal {
        address[] memory validators = new address[](count);
        for (uint256 i = 0; i < count; i++) {
            validators[i] = vm.addr(_key(i));
        }
        ValidatorSet(SystemAddresses.STAKING).set(validators);
    }

    function _report(uint256 index, uint128 price, uint256 timestamp)
        internal
        view
        returns (ICredits.Report memory)
    {
        bytes32 domain = keccak256(
            abi.encode(
                keccak256(
                    "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
                ),
                keccak256("Assay Credits"),
                keccak256("1"),
                block.chainid,
                address(credits)
            )
        );
        bytes32 structHash =
            keccak256(abi.encode(credits.PRICE_REPORT_TYPEHASH(), price, uint64(timestamp)));
        (uint8 v, bytes32 r, bytes32 s) =
            vm.sign(_key(index), keccak256(abi.encodePacked(hex"1901", domain, structHash)));
        return ICredits.Report(
            uint8(index), price, uint64(timestamp), abi.encodePacked(r, s, v)
        );
    }

    function _reports(uint128 a, uint128 b, uint128 c)
        internal
        view
        returns (ICredits.Report[] memory reports)
    {
        reports = new ICredits.Report[](3);
        reports[0] = _report(0, a, block.timestamp);
        reports[1] = _report(1, b, block.timestamp);
        reports[2] = _report(2, c, block.timestamp);
    }

    function _submit(uint128 price) internal {
        credits.submit(_reports(price, price, price));
    }
}
