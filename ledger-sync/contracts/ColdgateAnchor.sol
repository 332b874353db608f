// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccessControl} from "@openzeppelin/contracts/access/AccessControl.sol";
import {IERC5267} from "@openzeppelin/contracts/interfaces/IERC5267.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";

/// @title Registry of gateways and the newest batch header of each
/// @notice A gateway signs a chain of batch headers over its record log; anyone may carry them here.
/// The contract keeps one slot per gateway and takes a header only if it is the direct successor of the
/// stored one and carries the gateway's own low-s signature. Who pays for the transaction does not matter.
/// @dev The header is EIP-712 `Batch(address gateway,bytes28 prev,bytes32 root,bytes32 meta)`. `prev` is read
/// from storage, so it costs no calldata and a fork or a gap fails the signature test. There are no
/// immutables: every deployment of one compiler output has the same code hash. Not upgradeable, holds no funds.
contract ColdgateAnchor is AccessControl, IERC5267 {
    /// @notice May register gateways. The admin is the first holder.
    bytes32 public constant REGISTRAR_ROLE = keccak256("REGISTRAR_ROLE");

    /// @notice Skip reason: the gateway was never registered here.
    uint8 public constant SKIP_UNREGISTERED = 1;
    /// @notice Skip reason: the sequence is at or below the stored one; a repeat of something already decided.
    uint8 public constant SKIP_OLD = 2;
    /// @notice Skip reason: the sequence is more than one above the stored one.
    uint8 public constant SKIP_GAP = 3;
    /// @notice Skip reason: not signed by the gateway over the stored head. Wrong key, changed bytes, high s,
    /// another chain's domain and a forked chain look the same from here.
    uint8 public constant SKIP_SIGNATURE = 4;

    /// @dev Bytes of one record: gateway 20 | meta 30 | root 32 | r 32 | yParity and s 32 (EIP-2098).
    uint256 private constant RECORD_BYTES = 146;
    /// @dev secp256k1n / 2 rounded down: the largest s that EIP-2 accepts. EIP-2098 has room for only 2^127 values
    /// above it; the check closes those too.
    uint256 private constant HALF_ORDER = 0x7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF5D576E7357A4501DDFE92F46681B20A0;

    bytes32 private constant DOMAIN_TYPEHASH =
        keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");
    bytes32 private constant NAME_HASH = keccak256("coldgate");
    bytes32 private constant VERSION_HASH = keccak256("1");
    bytes32 private constant BATCH_TYPEHASH =
        keccak256("Batch(address gateway,bytes28 prev,bytes32 root,bytes32 meta)");
    bytes32 private constant REGISTRATION_TYPEHASH = keccak256("Registration(address gateway,address registrar)");
    bytes32 private constant ANCHORED_TOPIC = keccak256("Anchored(address,bytes32)");
    bytes32 private constant SKIPPED_TOPIC = keccak256("Skipped(address,uint32,uint8)");

    /// @dev head (28 bytes) << 32 | sequence (uint32). Zero: not registered.
    mapping(address gateway => uint256 headAndSeq) private _slots;

    /// @notice A gateway proved that it holds its key and may anchor from now on.
    event Registered(address indexed gateway, address indexed registrar);

    /// @notice A header was taken.
    /// @param headAndSeq bytes 0-27: the first 28 bytes of the header's EIP-712 struct hash; bytes 28-31: its
    /// sequence. Exactly the word now in storage, so a receipt proves an old header as `head` proves the newest.
    event Anchored(address indexed gateway, bytes32 headAndSeq);

    /// @notice A record changed nothing; the others of the same call were not affected.
    /// @param seq the sequence that the record claims
    /// @param reason one of the SKIP_ constants
    event Skipped(address indexed gateway, uint32 seq, uint8 reason);

    /// @notice The length in bytes is not a multiple of 146.
    error InvalidLength(uint256 length);
    /// @notice The gateway has a slot already; registering again would reset its chain.
    error AlreadyRegistered(address gateway);
    /// @notice The signature is not the gateway's over `Registration(gateway, sender)`.
    error NotProvenByGateway(address gateway);
    /// @notice The admin must be a real account: nobody could ever register a gateway.
    error InvalidAdmin();

    /// @param admin gets DEFAULT_ADMIN_ROLE and REGISTRAR_ROLE; hand them over by AccessControl
    constructor(address admin) {
        if (admin == address(0)) revert InvalidAdmin();
        _grantRole(DEFAULT_ADMIN_ROLE, admin);
        _grantRole(REGISTRAR_ROLE, admin);
    }

    /// @notice Admit a gateway at sequence 0 with its genesis head.
    /// @param gateway address of the device key
    /// @param signature64 EIP-2098 signature (64 bytes) by the device key over EIP-712
    /// `Registration(address gateway,address registrar)`; naming the registrar keeps a seen signature from
    /// being used by another one
    function register(address gateway, bytes calldata signature64) external onlyRole(REGISTRAR_ROLE) {
        if (_slots[gateway] != 0) revert AlreadyRegistered(gateway);
        if (signature64.length != 64) revert NotProvenByGateway(gateway);
        bytes32 structHash = keccak256(abi.encode(REGISTRATION_TYPEHASH, gateway, msg.sender));
        bytes32 digest = keccak256(abi.encodePacked(hex"1901", _domainSeparator(), structHash));
        (address signer, ECDSA.RecoverError failure,) =
            ECDSA.tryRecover(digest, bytes32(signature64[:32]), bytes32(signature64[32:]));
        if (failure != ECDSA.RecoverError.NoError || signer != gateway) revert NotProvenByGateway(gateway);

        bytes28 genesis = bytes28(keccak256(abi.encodePacked("coldgate genesis", gateway)));
        _slots[gateway] = uint256(uint224(genesis)) << 32;
        emit Registered(gateway, msg.sender);
    }

    /// @notice Anchor any number of signed headers, of one gateway or of many, in the order given.
    /// @dev Idempotent: a repeated or bad record is skipped with an event and never blocks the others.
    /// Neither sizes nor times are compared with the previous header: that would need a second slot, and a
    /// header that its gateway may not sign again must not become unanchorable by a wrong clock. Verifiers do it.
    /// @param records N x 146 bytes: gateway 20 | meta 30 | root 32 | r 32 | yParity and s 32
    /// @return anchored how many records were taken; the caller's dry run reads it
    function anchor(bytes calldata records) external returns (uint256 anchored) {
        if (records.length % RECORD_BYTES != 0) revert InvalidLength(records.length);
        bytes32 domain = _domainSeparator();
        bytes32 batchTypehash = BATCH_TYPEHASH;
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

    /// @notice The newest anchored header of a gateway.
    /// @return head_ first 28 bytes of its struct hash; the genesis head before the first; zero if not registered
    /// @return seq its sequence; 0 before the first
    function head(address gateway) external view returns (bytes28 head_, uint32 seq) {
        uint256 stored = _slots[gateway];
        return (bytes28(bytes32(stored)), uint32(stored));
    }

    /// @notice Storage key of a gateway's slot, for `eth_getProof`. The word there is head << 32 | sequence.
    function headSlot(address gateway) external pure returns (bytes32 key) {
        assembly ("memory-safe") {
            mstore(0x00, gateway)
            mstore(0x20, _slots.slot)
            key := keccak256(0x00, 0x40)
        }
    }

    /// @inheritdoc IERC5267
    function eip712Domain()
        external
        view
        returns (bytes1, string memory, string memory, uint256, address, bytes32, uint256[] memory)
    {
        // 0x0f: name, version, chainId and verifyingContract are used.
        return (hex"0f", "coldgate", "1", block.chainid, address(this), bytes32(0), new uint256[](0));
    }

    /// @dev Made anew in every call: follows the chain id through a chain split and needs no immutable.
    function _domainSeparator() private view returns (bytes32) {
        return keccak256(abi.encode(DOMAIN_TYPEHASH, NAME_HASH, VERSION_HASH, block.chainid, address(this)));
    }
}
