// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC5267} from "@openzeppelin/contracts/interfaces/IERC5267.sol";
import {
    AccessControlDefaultAdminRules
} from "@openzeppelin/contracts/access/extensions/AccessControlDefaultAdminRules.sol";
import {BatchHeader} from "./BatchHeader.sol";
import {HeadStore} from "./HeadStore.sol";

/// @title Who may anchor: registration, rotation, revocation, freezing
/// @notice A gateway is admitted by a registrar and by its own signature. It stops for good by rotation (both keys
/// and a registrar), by revocation (a revoker) or by freezing (anyone with a fraud proof). What it anchored up to
/// the last valid sequence stays valid.
/// @dev Stopping writes sequence 4294967295 into the gateway's word, so that anchoring needs no second look.
/// Not upgradeable, holds no funds, no immutables: every deployment of one compiler output has one code hash.
abstract contract GatewayRegistry is HeadStore, AccessControlDefaultAdminRules, IERC5267 {
    enum Status {
        Unregistered,
        Active,
        /// Replaced by another key; all that it anchored is valid.
        Rotated,
        /// A fraud proof was shown. A person looks at it: the penalty waits for PENALTY_DELAY.
        Frozen,
        /// A revoker has judged.
        Revoked
    }

    struct Stop {
        Status status;
        /// Newest anchored sequence when it stopped.
        uint32 lastSeq;
        /// Headers above it are not to be believed, though they may have been anchored.
        uint32 lastValidSeq;
        /// Seconds, time of the block.
        uint40 stoppedAt;
        /// Of a rotated gateway.
        address successor;
    }

    /// @notice May register and rotate gateways.
    bytes32 public constant REGISTRAR_ROLE = keccak256("REGISTRAR_ROLE");
    /// @notice May revoke gateways.
    bytes32 public constant REVOKER_ROLE = keccak256("REVOKER_ROLE");
    /// @notice Seconds between a freeze and the first moment at which another contract may punish. A restored card
    /// image makes an honest gateway contradict itself: in this time a revoker may tell it apart from fraud.
    uint40 public constant PENALTY_DELAY = 7 days;
    /// @notice Seconds before a new admin can take over.
    uint48 public constant ADMIN_DELAY = 2 days;

    bytes32 private constant DOMAIN_TYPEHASH =
        keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");
    bytes32 private constant NAME_HASH = keccak256("coldgate");
    bytes32 private constant VERSION_HASH = keccak256("1");
    bytes32 private constant REGISTRATION_TYPEHASH = keccak256("Registration(address gateway,address registrar)");
    bytes32 private constant ROTATION_TYPEHASH =
        keccak256("Rotation(address gateway,address successor,uint32 lastSeq,address registrar)");

    mapping(address gateway => Stop) private _stops;

    /// @notice A gateway proved that it holds its key and may anchor from now on.
    event Registered(address indexed gateway, address indexed registrar);
    /// @notice The key was replaced; the successor begins a chain of its own.
    /// @param lastSeq the last header of the old key
    event Rotated(address indexed gateway, address indexed successor, uint32 lastSeq);
    /// @notice The gateway contradicted itself.
    /// @param lastValidSeq headers above it are not to be believed
    /// @param proof "equivocation", "rewrite" or "outside range"
    event Frozen(address indexed gateway, uint32 lastValidSeq, string proof);
    /// @notice A revoker stopped the gateway or judged a frozen one.
    /// @param reason text that names nobody, or the hash of a document
    event Revoked(address indexed gateway, uint32 lastValidSeq, bytes32 reason);

    /// @notice The gateway has a slot already; registering again would reset its chain.
    error AlreadyRegistered(address gateway);
    /// @notice The signature is not the gateway's over what is asked.
    error NotProvenByGateway(address gateway);
    /// @notice The gateway is in a state in which this cannot be done.
    error WrongStatus(address gateway, Status status);
    /// @notice The last valid sequence is above the newest anchored one: anchor what is valid first, then revoke.
    error NotAnchored(address gateway, uint32 seq);

    /// @param admin gets all roles; hand them over by AccessControl, the admin's own in two steps
    constructor(address admin) AccessControlDefaultAdminRules(ADMIN_DELAY, admin) {
        _grantRole(REGISTRAR_ROLE, admin);
        _grantRole(REVOKER_ROLE, admin);
    }

    /// @notice Admit a gateway at sequence 0 with its genesis head.
    /// @param gateway address of the device key
    /// @param signature by the device key over EIP-712 `Registration(address gateway,address registrar)`; naming the
    /// registrar keeps a seen signature from being used by another one
    function register(address gateway, bytes calldata signature) external onlyRole(REGISTRAR_ROLE) {
        bytes32 structHash = keccak256(abi.encode(REGISTRATION_TYPEHASH, gateway, msg.sender));
        if (!_isSignedBy(gateway, _digest(structHash), signature)) revert NotProvenByGateway(gateway);
        _admit(gateway);
    }

    /// @notice Replace the key of a gateway. The old one stops at its newest anchored header; the new one begins at
    /// its own genesis head, as a log belongs to one key.
    /// @dev Both keys sign EIP-712 `Rotation(address gateway,address successor,uint32 lastSeq,address registrar)`.
    /// The registrar must agree as well: a thief of the old key could otherwise move the gateway to a key of his own.
    function rotate(
        address gateway,
        address successor,
        bytes calldata signature,
        bytes calldata successorSignature
    ) external onlyRole(REGISTRAR_ROLE) {
        _requireActive(gateway);
        uint32 lastSeq = uint32(_slots[gateway]);
        bytes32 structHash = keccak256(abi.encode(ROTATION_TYPEHASH, gateway, successor, lastSeq, msg.sender));
        bytes32 digest = _digest(structHash);
        if (!_isSignedBy(gateway, digest, signature)) revert NotProvenByGateway(gateway);
        if (!_isSignedBy(successor, digest, successorSignature)) revert NotProvenByGateway(successor);
        _admit(successor);
        _stop(gateway, Status.Rotated, lastSeq, successor);
        emit Rotated(gateway, successor, lastSeq);
    }

    /// @notice Stop a gateway for good, or judge a frozen or a rotated one.
    /// @param lastValidSeq headers above it are not to be believed; at most the newest anchored one
    /// @param reason text that names nobody, or the hash of a document
    function revoke(address gateway, uint32 lastValidSeq, bytes32 reason) external onlyRole(REVOKER_ROLE) {
        (Status status, uint32 seq,,, address successor) = statusOf(gateway);
        if (status == Status.Unregistered || status == Status.Revoked) revert WrongStatus(gateway, status);
        if (lastValidSeq > seq) revert NotAnchored(gateway, lastValidSeq);
        _stop(gateway, Status.Revoked, lastValidSeq, successor);
        emit Revoked(gateway, lastValidSeq, reason);
    }

    /// @notice The newest anchored header of a gateway.
    /// @return head_ first 28 bytes of its struct hash; the genesis head before the first; zero if not registered
    /// @return seq its sequence; 0 before the first
    function head(address gateway) external view returns (bytes28 head_, uint32 seq) {
        (, seq,,,) = statusOf(gateway);
        head_ = bytes28(bytes32(_slots[gateway]));
    }

    /// @notice What the registry says about a gateway.
    /// @return status see Status
    /// @return seq newest anchored sequence
    /// @return lastValidSeq headers above it are not to be believed; of an active gateway 4294967295
    /// @return stoppedAt seconds; 0 while active
    /// @return successor of a rotated gateway, else zero
    function statusOf(address gateway)
        public
        view
        returns (Status status, uint32 seq, uint32 lastValidSeq, uint40 stoppedAt, address successor)
    {
        uint256 word = _slots[gateway];
        if (word == 0) return (Status.Unregistered, 0, 0, 0, address(0));
        Stop storage stop = _stops[gateway];
        if (stop.status == Status.Unregistered) {
            return (Status.Active, uint32(word), type(uint32).max, 0, address(0));
        }
        return (stop.status, stop.lastSeq, stop.lastValidSeq, stop.stoppedAt, stop.successor);
    }

    /// @notice Whether another contract may punish: frozen for PENALTY_DELAY, and no revoker has judged otherwise.
    function mayPenalise(address gateway) external view returns (bool) {
        Stop storage stop = _stops[gateway];
        return stop.status == Status.Frozen && block.timestamp >= uint256(stop.stoppedAt) + PENALTY_DELAY;
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

    /// @dev Stops an active or rotated gateway because of a fraud proof about headers from firstFalseSeq on.
    function _freeze(address gateway, uint32 firstFalseSeq, string memory proof) internal {
        (Status status, uint32 seq,,, address successor) = statusOf(gateway);
        if (status != Status.Active && status != Status.Rotated) revert WrongStatus(gateway, status);
        uint32 lastValidSeq = firstFalseSeq == 0 ? 0 : firstFalseSeq - 1;
        if (lastValidSeq > seq) lastValidSeq = seq;
        _stop(gateway, Status.Frozen, lastValidSeq, successor);
        emit Frozen(gateway, lastValidSeq, proof);
    }

    function _requireActive(address gateway) internal view {
        (Status status,,,,) = statusOf(gateway);
        if (status != Status.Active) revert WrongStatus(gateway, status);
    }

    function _admit(address gateway) private {
        if (_slots[gateway] != 0) revert AlreadyRegistered(gateway);
        _slots[gateway] = uint256(uint224(BatchHeader.genesis(gateway))) << 32;
        emit Registered(gateway, msg.sender);
    }

    function _stop(address gateway, Status status, uint32 lastValidSeq, address successor) private {
        (, uint32 seq,,,) = statusOf(gateway);
        _stops[gateway] = Stop(status, seq, lastValidSeq, uint40(block.timestamp), successor);
        _slots[gateway] |= STOPPED_SEQ;
    }

    /// @dev What is signed for this chain and contract.
    function _digest(bytes32 structHash) internal view returns (bytes32) {
        return keccak256(abi.encodePacked(hex"1901", _domainSeparator(), structHash));
    }

    /// @dev Made anew in every call: follows the chain id through a chain split and needs no immutable.
    function _domainSeparator() internal view returns (bytes32) {
        return keccak256(abi.encode(DOMAIN_TYPEHASH, NAME_HASH, VERSION_HASH, block.chainid, address(this)));
    }

    /// @dev Whether the key with that address signed the digest. False, never a revert, for malformed signatures.
    function _isSignedBy(address gateway, bytes32 digest, bytes calldata signature)
        internal
        view
        virtual
        returns (bool);
}
