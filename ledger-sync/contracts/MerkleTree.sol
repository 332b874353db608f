// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Proofs in the RFC 9162 tree over SHA-256
/// @dev Leaf = SHA256(0x00 || leaf), node = SHA256(0x01 || left || right). Index and size bind the position: one
/// path fits one place only. Nothing here reverts; what does not fit is answered with `fits` false.
library MerkleTree {
    /// @notice Hash of a leaf.
    function leafHash(bytes memory leaf) internal pure returns (bytes32) {
        return sha256(bytes.concat(hex"00", leaf));
    }

    /// @notice Root that a leaf and its path give (RFC 9162 section 2.1.3.2).
    /// @param leaf hash of the leaf
    /// @param index place of the leaf, from 0
    /// @param size leaves in the tree, below 2^64
    /// @param path sibling hashes, nearest to the leaf first
    /// @return fits false if index, size and length of the path do not belong together
    /// @return root to be compared with a signed one; only that makes it a proof
    function rootFromInclusion(bytes32 leaf, uint256 index, uint256 size, bytes32[] calldata path)
        internal
        view
        returns (bool fits, bytes32 root)
    {
        if (index >= size) return (false, 0);
        uint256 last = size - 1;
        assembly ("memory-safe") {
            // 0x01 | left | right, on the free memory: bytes 31 to 95 from there.
            let node := mload(0x40)
            mstore8(add(node, 31), 1)
            let left := add(node, 32)
            let right := add(node, 64)
            let begin := add(node, 31)
            root := leaf
            fits := 1
            let end := add(path.offset, shl(5, path.length))
            for { let at := path.offset } lt(at, end) { at := add(at, 32) } {
                if iszero(last) {
                    fits := 0
                    break
                }
                switch or(and(index, 1), eq(index, last))
                case 0 {
                    mstore(left, root)
                    mstore(right, calldataload(at))
                }
                default {
                    mstore(left, calldataload(at))
                    mstore(right, root)
                    // The right edge of an incomplete tree: levels at which the node has no sibling.
                    for {} iszero(or(and(index, 1), iszero(index))) {} {
                        index := shr(1, index)
                        last := shr(1, last)
                    }
                }
                if iszero(staticcall(gas(), 2, begin, 65, 0x00, 0x20)) { invalid() }
                root := mload(0x00)
                index := shr(1, index)
                last := shr(1, last)
            }
            if last { fits := 0 }
        }
    }

    /// @notice Roots of both trees that a consistency proof gives (RFC 9162 section 2.1.4.2).
    /// @param size1 leaves of the older tree, at least 1
    /// @param size2 leaves of the newer tree
    /// @param root1 root of the older tree
    /// @param proof node hashes
    /// @return fits false if the proof does not fit the sizes or does not begin with the older tree
    /// @return root2 of the newer tree; to be compared with a signed one
    function rootFromConsistency(uint256 size1, uint256 size2, bytes32 root1, bytes32[] calldata proof)
        internal
        pure
        returns (bool fits, bytes32 root2)
    {
        if (size1 == 0 || size2 < size1) return (false, 0);
        if (size1 == size2) return (proof.length == 0, root1);
        if (proof.length == 0) return (false, 0);
        uint256 node = size1 - 1;
        uint256 last = size2 - 1;
        while (node & 1 == 1) {
            node >>= 1;
            last >>= 1;
        }
        // A first tree of 2^k leaves is itself a node of the second and is left out of the proof.
        bool isWhole = size1 & (size1 - 1) == 0;
        bytes32 older = isWhole ? root1 : proof[0];
        root2 = older;
        for (uint256 step = isWhole ? 0 : 1; step < proof.length; ++step) {
            if (last == 0) return (false, 0);
            if (node & 1 == 1 || node == last) {
                older = _node(proof[step], older);
                root2 = _node(proof[step], root2);
                while (node & 1 == 0 && node != 0) {
                    node >>= 1;
                    last >>= 1;
                }
            } else {
                root2 = _node(root2, proof[step]);
            }
            node >>= 1;
            last >>= 1;
        }
        return (last == 0 && older == root1, root2);
    }

    function _node(bytes32 left, bytes32 right) private pure returns (bytes32) {
        return sha256(abi.encodePacked(hex"01", left, right));
    }
}
