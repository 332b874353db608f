// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {BatchHeader} from "./BatchHeader.sol";
import {GatewayRegistry} from "./GatewayRegistry.sol";
import {HeaderIntake} from "./HeaderIntake.sol";
import {Secp256k1Gateways} from "./Secp256k1Gateways.sol";

/// @title Registry of gateways and the newest batch header of each
/// @notice A gateway signs a chain of batch headers over its record log; anyone may carry them here.
/// The contract keeps one slot per gateway and takes a header only if it is the direct successor of the
/// stored one and carries the gateway's own low-s signature. Who pays for the transaction does not matter.
/// @dev The header is EIP-712 `Batch(address gateway,bytes28 prev,bytes32 root,bytes32 meta)`. `prev` is read
/// from storage, so it costs no calldata and a fork or a gap fails the signature test.
contract ColdgateAnchor is Secp256k1Gateways, HeaderIntake {
    /// @dev Bytes of one record: gateway 20 | meta 30 | root 32 | r 32 | yParity and s 32 (EIP-2098).
    uint256 private constant RECORD_BYTES = 146;
    /// @dev secp256k1n / 2 rounded down: the largest s that EIP-2 accepts. EIP-2098 has room for only 2^127 values
    /// above it; the check closes those too.
    uint256 private constant HALF_ORDER = 0x7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF5D576E7357A4501DDFE92F46681B20A0;

    /// @param admin gets all roles
    constructor(address admin) GatewayRegistry(admin) {}

    /// @notice Anchor any number of signed headers, of one gateway or of many, in the order given.
    /// @dev Idempotent: a repeated or bad record is skipped with an event and never blocks the others.
    /// Neither sizes nor times are compared with the previous header: that would need a second slot, and a
    /// header that its gateway may not sign again must not become unanchorable by a wrong clock. Verifiers do it.
    /// @param records N x 146 bytes: gateway 20 | meta 30 | root 32 | r 32 | yParity and s 32
    /// @return anchored how many records were taken; the caller's dry run reads it
    function anchor(bytes calldata records) external returns (uint256 anchored) {
        if (records.length % RECORD_BYTES != 0) revert InvalidLength(records.length);
        bytes32 domain = _domainSeparator();
        bytes32 batchTypehash = BatchHeader.TYPEHASH;
        bytes32 anchoredTopic = ANCHORED_TOPIC;
        bytes32 skippedTopic = SKIPPED_TOPIC;

        assembly ("memory-safe") {
            // From the free pointer: type hash, gateway, prev, root, meta | 0x1901, domain, struct hash |
            // digest, v, r, s. Scratch 0x00-0x3f holds the key of the mapping.
            let batch := mload(0x40)
            let envelope := add(batch, 0xa0)
            let recovery := add(batch, 0x100)
            mstore(batch, batchTypehash)
            mstore(envelope, shl(240, 0x1901))
            mstore(add(envelope, 2), domain)
            mstore(0x20, _slots.slot)

            let end := add(records.offset, records.length)
            for { let at := records.offset } lt(at, end) { at := add(at, RECORD_BYTES) } {
                let gateway := shr(96, calldataload(at))
                // 30 bytes of meta, then the first two of the root; the sequence is the top 32 bits.
                let metaWord := calldataload(add(at, 20))
                let seq := shr(224, metaWord)
                mstore(0x00, gateway)
                let key := keccak256(0x00, 0x40)
                let stored := sload(key)
                let reason := 0

                switch eq(seq, add(and(stored, 0xffffffff), 1))
                case 1 {
                    mstore(add(batch, 0x20), gateway)
                    mstore(add(batch, 0x40), and(stored, not(0xffffffff)))
                    mstore(add(batch, 0x60), calldataload(add(at, 50)))
                    mstore(add(batch, 0x80), shr(16, metaWord))
                    let structHash := keccak256(batch, 0xa0)
                    mstore(add(envelope, 0x22), structHash)
                    mstore(recovery, keccak256(envelope, 0x42))
                    let vs := calldataload(add(at, 114))
                    let s := shr(1, shl(1, vs))
                    mstore(add(recovery, 0x20), add(27, shr(255, vs)))
                    mstore(add(recovery, 0x40), calldataload(add(at, 82)))
                    mstore(add(recovery, 0x60), s)
                    // The precompile answers nothing to a malformed signature: the result word must then not
                    // be what an earlier record left there.
                    mstore(0x00, 0)
                    pop(staticcall(gas(), 1, recovery, 0x80, 0x00, 0x20))
                    switch and(and(eq(mload(0x00), gateway), iszero(gt(s, HALF_ORDER))), iszero(iszero(stored)))
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
                    mstore(recovery, seq)
                    mstore(add(recovery, 0x20), reason)
                    log2(recovery, 0x40, skippedTopic, gateway)
                }
            }
        }
    }
}
