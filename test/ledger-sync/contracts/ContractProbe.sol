// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";
import {ColdgateAnchorP256} from "./ColdgateAnchorP256.sol";
import {GatewayRegistry} from "./GatewayRegistry.sol";
import {MerkleTree} from "./MerkleTree.sol";

/// @notice Lets tests ask the contracts' inner parts: tree proofs, their gas, and the P-256 signature check.
contract ContractProbe is ColdgateAnchorP256 {
    constructor(address admin) ColdgateAnchorP256(admin) {}

    function includes(bytes32 leaf, uint256 index, uint256 size, bytes32[] calldata path, bytes32 root)
        external
        view
        returns (bool)
    {
        (bool fits, bytes32 found) = MerkleTree.rootFromInclusion(leaf, index, size, path);
        return fits && found == root;
    }

    /// @return gas that the check of one path takes
    function gasOfInclusion(bytes32 leaf, uint256 index, uint256 size, bytes32[] calldata path)
        external
        view
        returns (uint256)
    {
        uint256 before = gasleft();
        (bool fits, bytes32 found) = MerkleTree.rootFromInclusion(leaf, index, size, path);
        uint256 used = before - gasleft();
        return fits && found != 0 ? used : type(uint256).max;
    }

    /// @return gas that the same path takes as sorted Keccak pairs, which is what a lot's tree is not
    function gasOfSortedPairs(bytes32 leaf, bytes32[] calldata path) external view returns (uint256) {
        uint256 before = gasleft();
        bytes32 found = MerkleProof.processProofCalldata(path, keccak256(bytes.concat(leaf)));
        uint256 used = before - gasleft();
        return found != 0 ? used : type(uint256).max;
    }

    function grows(uint256 size1, uint256 size2, bytes32 root1, bytes32 root2, bytes32[] calldata proof)
        external
        pure
        returns (bool)
    {
        (bool fits, bytes32 found) = MerkleTree.rootFromConsistency(size1, size2, root1, proof);
        return fits && found == root2;
    }

    function signs(address gateway, bytes32 digest, bytes calldata signature) external view returns (bool) {
        return _isSignedBy(gateway, digest, signature);
    }
}
