// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {P256} from "@openzeppelin/contracts/utils/cryptography/P256.sol";
import {BatchHeader} from "./BatchHeader.sol";
import {GatewayRegistry} from "./GatewayRegistry.sol";
import {HeaderEvidence} from "./HeaderEvidence.sol";
import {HeaderIntake} from "./HeaderIntake.sol";

/// @title The twin of ColdgateAnchor for gateways whose key is in a secure element: P-256
/// @notice The same headers, domain rules and states. A gateway is known by the last 20 bytes of keccak256(x || y) of
/// its public key, which comes with every record and so needs no storage.
/// @dev Signatures are checked by the precompile of EIP-7951 (RIP-7212 before it) at 0x100; a chain without it
/// refuses the deployment. The s must be low: secure elements sign with either, the gateway brings it down.
contract ColdgateAnchorP256 is HeaderEvidence, HeaderIntake {
    /// @dev Bytes of one record: meta 30 | root 32 | r 32 | s 32 | x 32 | y 32.
    uint256 private constant RECORD_BYTES = 190;
    /// @dev Bytes of a signature elsewhere: r 32 | s 32 | x 32 | y 32.
    uint256 private constant SIGNATURE_BYTES = 128;
    /// @dev Order of P-256 / 2 rounded down.
    uint256 private constant HALF_ORDER = 0x7FFFFFFF800000007FFFFFFFFFFFFFFFDE737D56D38BCF4279DCE5617E3192A8;
    /// @dev The generator of P-256: a public key that exists.
    bytes32 private constant GX = 0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296;
    bytes32 private constant GY = 0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5;

    /// @param admin gets all roles
    /// @dev Reverts with MissingPrecompile where nothing checks P-256.
    constructor(address admin) GatewayRegistry(admin) {
        P256.verifyNative(bytes32(0), bytes32(uint256(1)), bytes32(uint256(1)), GX, GY);
    }

    /// @notice Anchor any number of signed headers, of one gateway or of many, in the order given.
    /// @dev Idempotent: a repeated or bad record is skipped with an event and never blocks the others.
    /// Neither sizes nor times are compared with the previous header: that would need a second slot, and a
    /// header that its gateway may not sign again must not become unanchorable by a wrong clock. Verifiers do it.
    /// @param records N x 190 bytes: meta 30 | root 32 | r 32 | s 32 | x 32 | y 32
    /// @return anchored how many records were taken; the caller's dry run reads it
    function anchor(bytes calldata records) external returns (uint256 anchored) {
        if (records.length % RECORD_BYTES != 0) revert InvalidLength(records.length);
        bytes32 domain = _domainSeparator();
        bytes32 batchTypehash = BatchHeader.TYPEHASH;
        bytes32 anchoredTopic = ANCHORED_TOPIC;
        bytes32 skippedTopic = SKIPPED_TOPIC;

        assembly ("memory-safe") {
            // From the free pointer: type hash, gateway, prev, root, meta | 0x1901, domain, struct hash |
            // digest, r, s, x, y. Scratch 0x00-0x3f holds the key of the mapping.
            let batch := mload(0x40)
            let envelope := add(batch, 0xa0)
            let check := add(batch, 0x100)
            mstore(batch, batchTypehash)
            mstore(envelope, shl(240, 0x1901))
            mstore(add(envelope, 2), domain)
            mstore(0x20, _slots.slot)

            let end := add(records.offset, records.length)
            for { let at := records.offset } lt(at, end) { at := add(at, RECORD_BYTES) } {
                calldatacopy(add(check, 0x20), add(at, 62), 0x80)
                let gateway := shr(96, shl(96, keccak256(add(check, 0x60), 0x40)))
                // 30 bytes of meta, then the first two of the root; the sequence is the top 32 bits.
                let metaWord := calldataload(at)
                let seq := shr(224, metaWord)
                mstore(0x00, gateway)
                let key := keccak256(0x00, 0x40)
                let stored := sload(key)
                let reason := 0

                switch eq(seq, add(and(stored, 0xffffffff), 1))
                case 1 {
                    mstore(add(batch, 0x20), gateway)
                    mstore(add(batch, 0x40), and(stored, not(0xffffffff)))
                    mstore(add(batch, 0x60), calldataload(add(at, 30)))
                    mstore(add(batch, 0x80), shr(16, metaWord))
                    let structHash := keccak256(batch, 0xa0)
                    mstore(add(envelope, 0x22), structHash)
                    mstore(check, keccak256(envelope, 0x42))
                    // The precompile answers nothing to a bad signature: the result word must then not be what an
                    // earlier record left there.
                    mstore(0x00, 0)
                    pop(staticcall(gas(), 0x100, check, 0xa0, 0x00, 0x20))
                    let isLow := iszero(gt(mload(add(check, 0x40)), HALF_ORDER))
                    switch and(and(eq(mload(0x00), 1), isLow), iszero(iszero(stored)))
                    case 1 {
                        let next := or(and(structHash, not(0xffffffff)), seq)
                        sstore(key, next)
                        mstore(0x00, next)
                        log2(0x00, 0x20, anchoredTopic, gateway)
                        anchored := add(anchored, 1)
                    }
                    default { reason := SKIP_SIGNATURE }
                }
                default {
                    reason := SKIP_OLD
                    if gt(seq, and(stored, 0xffffffff)) { reason := SKIP_GAP }
                    if eq(and(stored, 0xffffffff), STOPPED_SEQ) { reason := SKIP_STOPPED }
                }

                if reason {
                    if iszero(stored) { reason := SKIP_UNREGISTERED }
                    mstore(check, seq)
                    mstore(add(check, 0x20), reason)
                    log2(check, 0x40, skippedTopic, gateway)
                }
            }
        }
    }

    /// @inheritdoc GatewayRegistry
    function _isSignedBy(address gateway, bytes32 digest, bytes calldata signature)
        internal
        view
        override
        returns (bool)
    {
        if (signature.length != SIGNATURE_BYTES) return false;
        if (address(uint160(uint256(keccak256(signature[64:])))) != gateway) return false;
        bytes32 x = bytes32(signature[64:96]);
        bytes32 y = bytes32(signature[96:]);
        return P256.verifyNative(digest, bytes32(signature[:32]), bytes32(signature[32:64]), x, y);
    }
}
