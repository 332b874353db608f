// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {BatchHeader} from "./BatchHeader.sol";
import {GatewayRegistry} from "./GatewayRegistry.sol";
import {HeaderChain} from "./HeaderChain.sol";
import {MerkleTree} from "./MerkleTree.sol";
import {RecordLeaf} from "./RecordLeaf.sol";

/// @title What signed headers prove: that a record was anchored, and that a gateway contradicted itself
/// @notice Anyone may bring a fraud proof; nothing is earned by it here. A proof freezes the gateway at once. The
/// headers of a proof need not be anchored: the gateway's signature is enough.
abstract contract HeaderEvidence is GatewayRegistry {
    struct SignedHeader {
        bytes28 prev;
        bytes32 root;
        bytes32 meta;
        bytes signature;
    }

    /// @notice A header is not signed by the gateway for this chain and contract.
    error NotSigned(address gateway, uint32 seq);
    /// @notice What was brought contradicts nothing.
    error NoContradiction();
    /// @notice The path does not lead from the leaf to the header's root.
    error NotIncluded();

    /// @notice Whether a record is in the log that the gateway has anchored here.
    /// @param headers prev of the first header (28 bytes), then meta (30) and root (32) of it and of each header after
    /// it up to the newest anchored one. One is enough with a proof under the newest root; more keep a proof valid
    /// that was made before newer headers came.
    /// @param leaf the record's bytes
    /// @param index its sequence
    /// @param path RFC 9162 inclusion proof under the first header's root
    /// @return false also if the headers do not lead to the stored head, or are above the last valid sequence
    function verifyRecord(
        address gateway,
        bytes calldata headers,
        bytes calldata leaf,
        uint256 index,
        bytes32[] calldata path
    ) external view returns (bool) {
        if (!HeaderChain.isWhole(headers)) return false;
        (bytes32 meta, bytes32 root) = HeaderChain.link(headers, HeaderChain.PREV_BYTES);
        (bool fits, bytes32 found) =
            MerkleTree.rootFromInclusion(MerkleTree.leafHash(leaf), index, BatchHeader.size(meta), path);
        if (!fits || found != root) return false;

        (, uint32 seq, uint32 lastValidSeq,,) = statusOf(gateway);
        uint32 claimed = BatchHeader.seq(meta);
        if (claimed > seq || claimed > lastValidSeq) return false;
        return HeaderChain.headAfter(headers, gateway) == bytes28(bytes32(_slots[gateway]));
    }

    /// @notice Two different headers for one place: of one sequence, or after one predecessor.
    function proveEquivocation(address gateway, SignedHeader calldata a, SignedHeader calldata b) external {
        bytes32 hashA = _signed(gateway, a);
        bytes32 hashB = _signed(gateway, b);
        bool isOnePlace = BatchHeader.seq(a.meta) == BatchHeader.seq(b.meta) || a.prev == b.prev;
        if (hashA == hashB || !isOnePlace) revert NoContradiction();
        _freeze(gateway, _lesserSeq(a, b), "equivocation");
    }

    /// @notice Two different leaves at one index under two roots: history was rewritten.
    /// @param leafA hash of the leaf under the root of a
    /// @param leafB hash of the leaf under the root of b
    function proveRewrite(
        address gateway,
        SignedHeader calldata a,
        SignedHeader calldata b,
        uint256 index,
        bytes32 leafA,
        bytes32[] calldata pathA,
        bytes32 leafB,
        bytes32[] calldata pathB
    ) external {
        _signed(gateway, a);
        _signed(gateway, b);
        _requireIncluded(a.root, a.meta, leafA, index, pathA);
        _requireIncluded(b.root, b.meta, leafB, index, pathB);
        if (leafA == leafB) revert NoContradiction();
        _freeze(gateway, _lesserSeq(a, b), "rewrite");
    }

    /// @notice A good temperature that a header adds, outside the least and greatest that it was signed with.
    /// @param before prev (28 bytes), meta (30) and root (32) of the header before, whose size tells which leaves are
    /// new; empty for the first header
    /// @param leaf the record's bytes
    function proveOutsideRange(
        address gateway,
        SignedHeader calldata header,
        bytes calldata before,
        bytes calldata leaf,
        uint256 index,
        bytes32[] calldata path
    ) external {
        _signed(gateway, header);
        uint256 begin = _sizeBefore(gateway, header.prev, before);
        _requireIncluded(header.root, header.meta, MerkleTree.leafHash(leaf), index, path);
        RecordLeaf.Record memory found = RecordLeaf.read(leaf);
        bool isReading = found.kind == RecordLeaf.KIND_TEMPERATURE && found.quality == RecordLeaf.QUALITY_GOOD;
        if (index < begin || !isReading || !BatchHeader.excludes(header.meta, found.value)) revert NoContradiction();
        _freeze(gateway, BatchHeader.seq(header.meta), "outside range");
    }

    /// @dev Struct hash of a header that the gateway has signed.
    function _signed(address gateway, SignedHeader calldata header) internal view returns (bytes32 structHash) {
        structHash = BatchHeader.structHash(gateway, header.prev, header.root, header.meta);
        if (!_isSignedBy(gateway, _digest(structHash), header.signature)) {
            revert NotSigned(gateway, BatchHeader.seq(header.meta));
        }
    }

    function _requireIncluded(bytes32 root, bytes32 meta, bytes32 leaf, uint256 index, bytes32[] calldata path)
        private
        view
    {
        (bool fits, bytes32 found) = MerkleTree.rootFromInclusion(leaf, index, BatchHeader.size(meta), path);
        if (!fits || found != root) revert NotIncluded();
    }

    /// @dev Size under the header whose head is `prev`.
    function _sizeBefore(address gateway, bytes28 prev, bytes calldata before) private pure returns (uint256) {
        if (before.length == 0 && prev == BatchHeader.genesis(gateway)) return 0;
        uint256 oneHeader = HeaderChain.PREV_BYTES + HeaderChain.LINK_BYTES;
        if (before.length != oneHeader || HeaderChain.headAfter(before, gateway) != prev) revert NoContradiction();
        (bytes32 meta,) = HeaderChain.link(before, HeaderChain.PREV_BYTES);
        return BatchHeader.size(meta);
    }

    function _lesserSeq(SignedHeader calldata a, SignedHeader calldata b) private pure returns (uint32) {
        uint32 seqA = BatchHeader.seq(a.meta);
        uint32 seqB = BatchHeader.seq(b.meta);
        return seqA < seqB ? seqA : seqB;
    }
}
