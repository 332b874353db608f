// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {BatchHeader} from "./BatchHeader.sol";
import {GatewayRegistry} from "./GatewayRegistry.sol";
import {MerkleTree} from "./MerkleTree.sol";
import {Secp256k1Gateways} from "./Secp256k1Gateways.sol";

/// @title One root for a whole fleet
/// @notice An aggregator keeps an append-only RFC 9162 log whose leaves are signed batch headers, and publishes its
/// root now and then: one transaction for any number of gateways. In a dispute, or at delivery, one header is
/// promoted: shown under the root and written into the gateway's slot, so that records can be proven here.
/// @dev An aggregator can leave out headers, never make them: each carries its gateway's signature. Nobody appoints
/// it; whom to believe is the reader's choice, and a header under two aggregators' roots is the same header.
contract ColdgateAggregate is Secp256k1Gateways {
    /// @dev keccak256(root, size) by aggregator: one slot, all bits of the root.
    mapping(address aggregator => bytes32 treeHead) private _treeHeads;

    /// @notice An aggregator's log has grown.
    /// @param size headers in the log
    event Aggregated(address indexed aggregator, bytes32 root, uint256 size);
    /// @notice A header was written into the gateway's slot.
    /// @param headAndSeq as in ColdgateAnchor's event Anchored
    event Promoted(address indexed gateway, address indexed aggregator, bytes32 headAndSeq);

    /// @notice Not the tree that the aggregator published last.
    error UnknownTree(address aggregator);
    /// @notice The slot holds this sequence or a later one.
    error NotNewer(address gateway, uint32 seq);

    /// @param admin gets all roles
    constructor(address admin) GatewayRegistry(admin) {}

    /// @notice Publish the root of the caller's log.
    /// @dev That a log only grows is checked by its readers with consistency proofs; the events hold every root.
    /// @param size headers in the log
    function aggregate(bytes32 root, uint256 size) external {
        _treeHeads[msg.sender] = _treeHead(root, size);
        emit Aggregated(msg.sender, root, size);
    }

    /// @notice Whether this is the tree that the aggregator published last.
    function isNewestTree(address aggregator, bytes32 root, uint256 size) public view returns (bool) {
        return _treeHeads[aggregator] == _treeHead(root, size);
    }

    /// @notice Write one header of the aggregator's log into the gateway's slot.
    /// @dev The leaf is gateway 20 | prev 28 | meta 30 | root 32 | EIP-2098 signature 64.
    /// @param root of the aggregator's newest tree
    /// @param size of that tree
    /// @param index of the header in it
    /// @param path RFC 9162 inclusion proof
    function promote(
        address aggregator,
        bytes32 root,
        uint256 size,
        address gateway,
        SignedHeader calldata header,
        uint256 index,
        bytes32[] calldata path
    ) external {
        if (!isNewestTree(aggregator, root, size)) revert UnknownTree(aggregator);
        _requireActive(gateway);
        bytes32 structHash = _signed(gateway, header);
        bytes30 meta = bytes30(header.meta << 16);
        bytes memory leaf = abi.encodePacked(gateway, header.prev, meta, header.root, header.signature);
        (bool fits, bytes32 found) = MerkleTree.rootFromInclusion(MerkleTree.leafHash(leaf), index, size, path);
        if (!fits || found != root) revert NotIncluded();

        uint32 seq = BatchHeader.seq(header.meta);
        if (seq <= uint32(_slots[gateway])) revert NotNewer(gateway, seq);
        uint256 word = (uint256(structHash) & ~STOPPED_SEQ) | seq;
        _slots[gateway] = word;
        emit Promoted(gateway, aggregator, bytes32(word));
    }

    function _treeHead(bytes32 root, uint256 size) private pure returns (bytes32) {
        return keccak256(abi.encode(root, size));
    }
}
