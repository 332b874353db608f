// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {BatchHeader} from "./BatchHeader.sol";

/// @title Headers that follow each other, as calldata: prev (28 bytes), then meta (30) and root (32) of each
/// @dev No signature comes with them: the head of the last one is compared with one that is known.
library HeaderChain {
    uint256 internal constant PREV_BYTES = 28;
    /// @dev meta 30 | root 32
    uint256 internal constant LINK_BYTES = 62;
    uint256 private constant META_BYTES = 30;
    /// @dev A meta word is its 30 bytes right-aligned.
    uint256 private constant META_SHIFT = 16;

    /// @notice Whether the bytes are a chain of at least one header.
    function isWhole(bytes calldata headers) internal pure returns (bool) {
        return headers.length >= PREV_BYTES + LINK_BYTES && (headers.length - PREV_BYTES) % LINK_BYTES == 0;
    }

    /// @notice One header of a whole chain.
    /// @param offset of its meta, from PREV_BYTES in steps of LINK_BYTES
    function link(bytes calldata headers, uint256 offset) internal pure returns (bytes32 meta, bytes32 root) {
        assembly ("memory-safe") {
            let begin := add(headers.offset, offset)
            meta := shr(META_SHIFT, calldataload(begin))
            root := calldataload(add(begin, META_BYTES))
        }
    }

    /// @notice Head of the last header of a whole chain.
    /// @dev The struct hash of BatchHeader, in one place of memory for all headers.
    function headAfter(bytes calldata headers, address gateway) internal pure returns (bytes28 head) {
        head = bytes28(headers[:PREV_BYTES]);
        bytes32 typehash = BatchHeader.TYPEHASH;
        assembly ("memory-safe") {
            // type hash, gateway, prev, root, meta
            let batch := mload(0x40)
            mstore(batch, typehash)
            mstore(add(batch, 0x20), shr(96, shl(96, gateway)))
            let end := add(headers.offset, headers.length)
            for { let begin := add(headers.offset, PREV_BYTES) } lt(begin, end) { begin := add(begin, LINK_BYTES) } {
                mstore(add(batch, 0x40), head)
                mstore(add(batch, 0x60), calldataload(add(begin, META_BYTES)))
                mstore(add(batch, 0x80), shr(META_SHIFT, calldataload(begin)))
                head := and(keccak256(batch, 0xa0), not(0xffffffff))
            }
        }
    }
}
