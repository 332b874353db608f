// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title The batch header: EIP-712 `Batch(address gateway,bytes28 prev,bytes32 root,bytes32 meta)`
/// @dev meta, right-aligned in 240 bits: seq u32 | size u48 | tFirst u48 | tLast u48 (ms) | min i16 | max i16
/// (0.01 degC, rounded outwards, over the good temperatures that the header adds) | flags u32.
library BatchHeader {
    bytes32 internal constant TYPEHASH = keccak256("Batch(address gateway,bytes28 prev,bytes32 root,bytes32 meta)");

    /// @dev No good temperature: the least and the greatest number of i16, the wrong way round. Also what a
    /// temperature beyond i16 is held to, so such a bound bounds nothing.
    int256 private constant MIN_UNBOUNDED = type(int16).min;
    int256 private constant MAX_UNBOUNDED = type(int16).max;
    int256 private constant MILLI_PER_CENTI = 10;

    /// @notice EIP-712 hashStruct; its first 28 bytes are the head.
    function structHash(address gateway, bytes28 prev, bytes32 root, bytes32 meta) internal pure returns (bytes32) {
        return keccak256(abi.encode(TYPEHASH, gateway, prev, root, meta));
    }

    /// @notice What the first header of a gateway builds on.
    function genesis(address gateway) internal pure returns (bytes28) {
        return bytes28(keccak256(abi.encodePacked("coldgate genesis", gateway)));
    }

    /// @notice Number of the header in the gateway's chain, from 1.
    function seq(bytes32 meta) internal pure returns (uint32) {
        return uint32(uint256(meta) >> 208);
    }

    /// @notice Leaves in the log under the header's root.
    function size(bytes32 meta) internal pure returns (uint48) {
        return uint48(uint256(meta) >> 160);
    }

    /// @notice Least observedAtMs of the leaves that the header adds.
    function firstMs(bytes32 meta) internal pure returns (uint48) {
        return uint48(uint256(meta) >> 112);
    }

    /// @notice Greatest observedAtMs of the leaves that the header adds.
    function lastMs(bytes32 meta) internal pure returns (uint48) {
        return uint48(uint256(meta) >> 64);
    }

    function flags(bytes32 meta) internal pure returns (uint32) {
        return uint32(uint256(meta));
    }

    /// @notice Whether a good temperature is among the leaves that the header adds.
    function hasReading(bytes32 meta) internal pure returns (bool) {
        (int256 minCentiC, int256 maxCentiC) = _range(meta);
        return minCentiC <= maxCentiC;
    }

    /// @notice Whether all good temperatures that the header adds lie within a range, as far as 0.01 degC can tell.
    function isWithin(bytes32 meta, int256 minMilliC, int256 maxMilliC) internal pure returns (bool) {
        (int256 minCentiC, int256 maxCentiC) = _range(meta);
        return minCentiC * MILLI_PER_CENTI >= minMilliC && maxCentiC * MILLI_PER_CENTI <= maxMilliC;
    }

    /// @notice Whether a temperature contradicts the least and greatest that the header was signed with.
    /// @param valueMilliC of a good temperature record
    function excludes(bytes32 meta, int256 valueMilliC) internal pure returns (bool) {
        (int256 minCentiC, int256 maxCentiC) = _range(meta);
        bool isBelow = minCentiC != MIN_UNBOUNDED && valueMilliC < minCentiC * MILLI_PER_CENTI;
        bool isAbove = maxCentiC != MAX_UNBOUNDED && valueMilliC > maxCentiC * MILLI_PER_CENTI;
        return isBelow || isAbove;
    }

    function _range(bytes32 meta) private pure returns (int256 minCentiC, int256 maxCentiC) {
        minCentiC = int16(uint16(uint256(meta) >> 48));
        maxCentiC = int16(uint16(uint256(meta) >> 32));
    }
}
