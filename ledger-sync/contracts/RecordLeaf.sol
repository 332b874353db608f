// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Reading of a record's leaf: a CBOR array of 13 integers and byte strings
/// @dev Reads only what a dispute needs and refuses other shapes. It need not be as strict as a verifier: a leaf is
/// looked at only when it stands under a root that the gateway has signed.
library RecordLeaf {
    /// @notice Temperature, in milli-degC.
    uint256 internal constant KIND_TEMPERATURE = 1;
    uint256 internal constant QUALITY_GOOD = 0;

    /// @dev 0x80 | 13
    uint8 private constant ARRAY_OF_13 = 0x8d;
    uint256 private constant MAJOR_UINT = 0;
    uint256 private constant MAJOR_NEGATIVE = 1;
    uint256 private constant MAJOR_BYTES = 2;

    /// @notice The bytes are no record.
    error MalformedLeaf();

    /// @notice Kind, value (in the unit of the kind) and quality of a record.
    function read(bytes memory leaf) internal pure returns (uint256 kind, int256 value, uint256 quality) {
        if (leaf.length == 0 || uint8(leaf[0]) != ARRAY_OF_13) revert MalformedLeaf();
        uint256 offset = 1;
        offset = _skip(leaf, offset, MAJOR_UINT); // version
        offset = _skip(leaf, offset, MAJOR_BYTES); // gateway
        for (uint256 item = 2; item < 7; ++item) {
            offset = _skip(leaf, offset, MAJOR_UINT); // sequence, observedAtMs, bootCount, uptimeMs, clockTrust
        }
        uint256 major;
        (major, kind, offset) = _item(leaf, offset);
        if (major != MAJOR_UINT) revert MalformedLeaf();
        offset = _skip(leaf, offset, MAJOR_BYTES); // subject
        uint256 number;
        (major, number, offset) = _item(leaf, offset);
        if (major > MAJOR_NEGATIVE) revert MalformedLeaf();
        // The argument is below 2^64.
        value = major == MAJOR_UINT ? int256(number) : -1 - int256(number);
        (major, quality, offset) = _item(leaf, offset);
        if (major != MAJOR_UINT) revert MalformedLeaf();
    }

    function _skip(bytes memory leaf, uint256 offset, uint256 expected) private pure returns (uint256) {
        (uint256 major, uint256 argument, uint256 next) = _item(leaf, offset);
        if (major != expected) revert MalformedLeaf();
        return major == MAJOR_BYTES ? next + argument : next;
    }

    /// @dev Head of the item at `offset`: major type, argument, first byte after the head.
    function _item(bytes memory leaf, uint256 offset) private pure returns (uint256 major, uint256 argument, uint256 next) {
        if (offset >= leaf.length) revert MalformedLeaf();
        uint8 initial = uint8(leaf[offset]);
        major = initial >> 5;
        argument = initial & 0x1f;
        next = offset + 1;
        if (argument < 24) return (major, argument, next);
        if (argument > 27) revert MalformedLeaf();
        uint256 width = 1 << (argument - 24);
        if (next + width > leaf.length) revert MalformedLeaf();
        argument = 0;
        for (uint256 end = next + width; next < end; ++next) {
            argument = (argument << 8) | uint8(leaf[next]);
        }
    }
}
