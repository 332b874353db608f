// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title What becomes of a header that is brought to a contract: events and skip reasons
abstract contract HeaderIntake {
    /// @notice Skip reason: the gateway was never registered here.
    uint8 internal constant SKIP_UNREGISTERED = 1;
    /// @notice Skip reason: the sequence is at or below the stored one; a repeat of something already decided.
    uint8 internal constant SKIP_OLD = 2;
    /// @notice Skip reason: the sequence is more than one above the stored one.
    uint8 internal constant SKIP_GAP = 3;
    /// @notice Skip reason: not signed by the gateway over the stored head. Wrong key, changed bytes, high s,
    /// another chain's domain and a forked chain look the same from here.
    uint8 internal constant SKIP_SIGNATURE = 4;
    /// @notice Skip reason: the gateway was rotated, frozen or revoked.
    uint8 internal constant SKIP_STOPPED = 5;

    bytes32 internal constant ANCHORED_TOPIC = keccak256("Anchored(address,bytes32)");
    bytes32 internal constant SKIPPED_TOPIC = keccak256("Skipped(address,uint32,uint8)");

    /// @notice A header was taken.
    /// @param headAndSeq bytes 0-27: the first 28 bytes of the header's EIP-712 struct hash; bytes 28-31: its
    /// sequence. Exactly the word now in storage, so a receipt proves an old header as `head` proves the newest.
    event Anchored(address indexed gateway, bytes32 headAndSeq);

    /// @notice A record changed nothing; the others of the same call were not affected.
    /// @param seq the sequence that the record claims
    /// @param reason one of the SKIP_ constants
    event Skipped(address indexed gateway, uint32 seq, uint8 reason);

    /// @notice The length in bytes is not a multiple of a record's.
    error InvalidLength(uint256 length);
}
