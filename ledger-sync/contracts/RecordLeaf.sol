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

    /// @notice What disputes ask of a record.
    struct Record {
        /// Unix ms, by the gateway's clock.
        uint256 observedAtMs;
        uint256 kind;
        bytes16 subject;
        /// In the unit of the kind.
        int256 value;
        uint256 quality;
        /// Zero where it belongs to none.
        bytes16 shipment;
    }

    /// @notice Reads a record.
    function read(bytes memory leaf) internal pure returns (Record memory record) {
        if (leaf.length == 0 || uint8(leaf[0]) != ARRAY_OF_13) revert MalformedLeaf();
        uint256 offset = 1;
        (, offset) = _uint(leaf, offset); // version
        (, offset) = _bytes16(leaf, offset); // gateway
        (, offset) = _uint(leaf, offset); // sequence
        (record.observedAtMs, offset) = _uint(leaf, offset);
        for (uint256 item = 4; item < 7; ++item) {
            (, offset) = _uint(leaf, offset); // bootCount, uptimeMs, clockTrust
        }
        (record.kind, offset) = _uint(leaf, offset);
        (record.subject, offset) = _bytes16(leaf, offset);
        (record.value, offset) = _int(leaf, offset);
        (record.quality, offset) = _uint(leaf, offset);
        (record.shipment,) = _bytes16(leaf, offset);
    }

    function _uint(bytes memory leaf, uint256 offset) private pure returns (uint256 number, uint256 next) {
        uint256 major;
        (major, number, next) = _item(leaf, offset);
        if (major != MAJOR_UINT) revert MalformedLeaf();
    }

    function _int(bytes memory leaf, uint256 offset) private pure returns (int256 value, uint256 next) {
        (uint256 major, uint256 number, uint256 after_) = _item(leaf, offset);
        if (major > MAJOR_NEGATIVE) revert MalformedLeaf();
        // The argument is below 2^64.
        value = major == MAJOR_UINT ? int256(number) : -1 - int256(number);
        next = after_;
    }

    /// @dev The first 16 bytes of a byte string; zero where it has fewer.
    function _bytes16(bytes memory leaf, uint256 offset) private pure returns (bytes16 head, uint256 next) {
        (uint256 major, uint256 length, uint256 begin) = _item(leaf, offset);
        if (major != MAJOR_BYTES) revert MalformedLeaf();
        next = begin + length;
        if (next > leaf.length) revert MalformedLeaf();
        if (length < 16) return (bytes16(0), next);
        assembly ("memory-safe") {
            head := and(mload(add(add(leaf, 0x20), begin)), not(0xffffffffffffffffffffffffffffffff))
        }
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
