// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Test} from "./Test.sol";

interface IPermit2 {
    function DOMAIN_SEPARATOR() external view returns (bytes32);
}

interface IMulticall3 {
    struct Call {
        address target;
        bytes callData;
    }

    function aggregate(Call[] calldata calls)
        external
        payable
        returns (uint256 blockNumber, bytes[] memory returnData);
    function getChainId() external view returns (uint256);
}

/// @notice The contracts of others that genesis carries are, byte for byte, what everybody knows at these
/// addresses.
contract ThirdPartyTest is Test {
    string internal constant DIRECTORY = "resources/org/assay/contracts/thirdparty/";
    address internal constant FACTORY = 0x4e59b44847b379578588920cA78FbF26c0B4956C;
    address internal constant MULTICALL3 = 0xcA11bde05977b3631167028862bE2a173976CA11;
    address internal constant PERMIT2 = 0x000000000022D473030F116dDEE9F6B43aC78BA3;
    bytes32 internal constant PERMIT2_SALT =
        0x0000000000000000000000000000000000000000d3af2663da51c10215000000;

    function _bytes(string memory name, string memory key) internal view returns (bytes memory) {
        string memory json = vm.readFile(string.concat(DIRECTORY, name, ".json"));
        return vm.parseJsonBytes(json, key);
    }

    function setUp() public {
        vm.etch(FACTORY, _bytes("Create2Factory", ".deployedBytecode"));
        vm.etch(MULTICALL3, _bytes("Multicall3", ".deployedBytecode"));
    }

    function test_FactoryIsWhatItsPresignedTransactionDeploys() public view {
        // nonce 0, 100 gwei, 100,000 gas, no recipient, no value; r and s are chosen, nobody has the key.
        bytes memory initCode = bytes.concat(
            hex"604580600e600039806000f350fe", _bytes("Create2Factory", ".deployedBytecode")
        );
        assertEq(initCode.length, 83);
        bytes memory unsigned =
            bytes.concat(hex"f86280", hex"85174876e800", hex"830186a0", hex"8080", hex"b853", initCode);
        bytes32 word = 0x2222222222222222222222222222222222222222222222222222222222222222;
        address signer = ecrecover(keccak256(unsigned), 27, word, word);
        assertEq(vm.computeCreateAddress(signer, 0), FACTORY);
    }

    function test_Multicall3HasItsKnownCodeHash() public {
        assertEq(
            MULTICALL3.codehash, 0xd5c15df687b16f2ff992fc8d767b4216323184a2bbc6ee2f9c398c318e770891
        );
        IMulticall3.Call[] memory calls = new IMulticall3.Call[](1);
        calls[0] = IMulticall3.Call(MULTICALL3, abi.encodeCall(IMulticall3.getChainId, ()));
        (, bytes[] memory returned) = IMulticall3(MULTICALL3).aggregate(calls);
        assertEq(abi.decode(returned[0], (uint256)), block.chainid);
    }

    function test_Permit2LandsAtItsAddress() public {
        vm.chainId(424242);
        (bool deployed, bytes memory output) =
            FACTORY.call(bytes.concat(PERMIT2_SALT, _bytes("Permit2", ".bytecode")));
        assertTrue(deployed);
        assertEq(address(bytes20(output)), PERMIT2);
        assertEq(IPermit2(PERMIT2).DOMAIN_SEPARATOR(), _domainSeparator());

        // The immutables are where the artifact says, and nothing else differs.
        bytes memory template = _bytes("Permit2", ".deployedBytecode");
        bytes memory code = PERMIT2.code;
        assertEq(code.length, template.length);
        bytes32 domainSeparator = _domainSeparator();
        assembly ("memory-safe") {
            mstore(add(template, add(32, 6945)), chainid())
            mstore(add(template, add(32, 6983)), domainSeparator)
        }
        assertEq(code, template, "the runtime");
    }

    function test_Permit2WorksWithoutItsImmutables() public {
        vm.etch(PERMIT2, _bytes("Permit2", ".deployedBytecode"));
        assertEq(IPermit2(PERMIT2).DOMAIN_SEPARATOR(), _domainSeparator());
    }

    function _domainSeparator() internal view returns (bytes32) {
        return keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,uint256 chainId,address verifyingContract)"),
                keccak256("Permit2"),
                block.chainid,
                PERMIT2
            )
        );
    }
}
