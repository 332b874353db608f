// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AgreementTerms} from "./AgreementTerms.sol";
import {BatchHeader} from "./BatchHeader.sol";
import {HeaderChain} from "./HeaderChain.sol";
import {MerkleTree} from "./MerkleTree.sol";
import {RecordLeaf} from "./RecordLeaf.sol";

/// @notice What this needs of the contract that keeps the headers.
interface IAnchoredHeads {
    function head(address gateway) external view returns (bytes28 head_, uint32 seq);
    function statusOf(address gateway)
        external
        view
        returns (uint8 status, uint32 seq, uint32 lastValidSeq, uint40 stoppedAt, address successor);
}

/// @title What headers and records prove about a transport: for how long its conditions were not shown to be kept
/// @notice Headers speak of all probes of their gateway and summarise what they add. So they can only clear a transport,
/// never convict it: each header that is not clean costs its whole time. Readings of the shipment itself convict.
/// @dev A header shows nothing about the time inside it: that a probe fell silent is told by the gateway's own judge,
/// as a flag. Readings of other shipments in the same truck can spoil a header.
library ConditionProof {
    using AgreementTerms for AgreementTerms.Terms;

    /// @notice The part of the log, and of time, that counts.
    struct Span {
        /// Records before the first handover and up to the last one.
        uint256 beginSize;
        uint256 endSize;
        uint256 beginMs;
        uint256 endMs;
    }

    /// @notice A record with its place.
    struct Reading {
        bytes leaf;
        uint256 index;
        bytes32[] path;
    }

    uint32 private constant FLAG_EXCURSION = 1;
    uint8 private constant STATUS_ACTIVE = 1;
    uint256 private constant MS_PER_SECOND = 1000;

    /// @notice The headers are no chain that the gateway has anchored and that is still believed.
    error NotAnchored(address gateway);
    /// @notice The headers do not reach from before the first handover to after the last one.
    error NotCovered();
    /// @notice What was brought shows nothing against the transport.
    error NoContradiction();
    /// @notice The path does not lead from the leaf to the header's root.
    error NotIncluded();

    struct Walk {
        /// Up to here the time is accounted for.
        uint256 knownMs;
        uint256 outMs;
        /// Time that is cleared since a header told of an excursion.
        uint256 clearedMs;
        bool hadExcursion;
    }

    /// @notice Whether the gateway may anchor at all.
    function isActive(AgreementTerms.Terms calldata terms) internal view returns (bool) {
        (uint8 status,,,,) = IAnchoredHeads(terms.anchor).statusOf(terms.gateway);
        return status == STATUS_ACTIVE;
    }

    /// @notice Newest header of the gateway that is to be believed.
    function lastValidSeq(AgreementTerms.Terms calldata terms) internal view returns (uint32 seq) {
        (,, seq,,) = IAnchoredHeads(terms.anchor).statusOf(terms.gateway);
    }

    /// @notice Time within the span that the headers do not clear.
    /// @param headers from one with at most span.beginSize records (or the gateway's first) to the newest anchored one
    /// @return outS seconds, rounded up
    /// @return seq of the first header that covers the end of the span
    function unclearedS(AgreementTerms.Terms calldata terms, Span memory span, bytes calldata headers)
        internal
        view
        returns (uint256 outS, uint32 seq)
    {
        _requireAnchored(terms, headers);
        Walk memory walk;
        walk.knownMs = span.beginMs;
        bool hasBegun = bytes28(headers[:HeaderChain.PREV_BYTES]) == BatchHeader.genesis(terms.gateway);
        for (uint256 offset = HeaderChain.PREV_BYTES; offset < headers.length; offset += HeaderChain.LINK_BYTES) {
            (bytes32 meta,) = HeaderChain.link(headers, offset);
            if (BatchHeader.size(meta) <= span.beginSize) {
                hasBegun = true;
                continue;
            }
            if (!hasBegun) revert NotCovered();
            _account(terms, span, walk, meta);
            if (BatchHeader.size(meta) >= span.endSize) {
                seq = BatchHeader.seq(meta);
                if (seq > lastValidSeq(terms)) revert NotAnchored(terms.gateway);
                return (_ceilS(walk.outMs + _holeMs(terms, walk, span.endMs)), seq);
            }
        }
        revert NotCovered();
    }

    /// @notice Time for which readings of one probe of the shipment were outside the range, or no readings at all.
    /// @param headers as for verifyRecord: the paths are under the first one's root
    /// @param readings of one probe, in the order of their times, of which no two are the same
    function provenOutS(
        AgreementTerms.Terms calldata terms,
        Span memory span,
        bytes calldata headers,
        Reading[] calldata readings
    ) internal view returns (uint256) {
        (bytes32 meta, bytes32 root) = _first(terms, headers);
        uint256 outMs = 0;
        uint256 lastMs = 0;
        bytes16 subject;
        for (uint256 place = 0; place < readings.length; ++place) {
            Reading calldata reading = readings[place];
            RecordLeaf.Record memory record = _included(span, meta, root, reading);
            if (place == 0) subject = record.subject;
            bool isOurs = record.shipment == terms.shipment && record.subject == subject;
            bool isLater = record.observedAtMs > lastMs;
            if (!isOurs || !isLater || !_isOut(terms, record)) revert NoContradiction();
            uint256 sinceMs = record.observedAtMs - lastMs;
            uint256 mostMs = uint256(terms.readingS) * MS_PER_SECOND;
            outMs += sinceMs < mostMs ? sinceMs : mostMs;
            lastMs = record.observedAtMs;
        }
        return _ceilS(outMs);
    }

    /// @notice Time between two neighbours in the log: while it passed the gateway recorded nothing at all.
    function provenSilenceS(
        AgreementTerms.Terms calldata terms,
        Span memory span,
        bytes calldata headers,
        Reading calldata before,
        Reading calldata next
    ) internal view returns (uint256) {
        (bytes32 meta, bytes32 root) = _first(terms, headers);
        if (next.index != before.index + 1) revert NoContradiction();
        uint256 beforeMs = _included(span, meta, root, before).observedAtMs;
        uint256 nextMs = _included(span, meta, root, next).observedAtMs;
        if (nextMs <= beforeMs + uint256(terms.maxSilenceS) * MS_PER_SECOND) revert NoContradiction();
        return _ceilS(nextMs - beforeMs);
    }

    function _first(AgreementTerms.Terms calldata terms, bytes calldata headers)
        private
        view
        returns (bytes32 meta, bytes32 root)
    {
        _requireAnchored(terms, headers);
        (meta, root) = HeaderChain.link(headers, HeaderChain.PREV_BYTES);
        if (BatchHeader.seq(meta) > lastValidSeq(terms)) revert NotAnchored(terms.gateway);
    }

    function _requireAnchored(AgreementTerms.Terms calldata terms, bytes calldata headers) private view {
        if (!HeaderChain.isWhole(headers)) revert NotAnchored(terms.gateway);
        (bytes28 head,) = IAnchoredHeads(terms.anchor).head(terms.gateway);
        if (HeaderChain.headAfter(headers, terms.gateway) != head) revert NotAnchored(terms.gateway);
    }

    function _included(Span memory span, bytes32 meta, bytes32 root, Reading calldata reading)
        private
        view
        returns (RecordLeaf.Record memory)
    {
        if (reading.index < span.beginSize || reading.index >= span.endSize) revert NoContradiction();
        bytes32 leafHash = MerkleTree.leafHash(reading.leaf);
        (bool fits, bytes32 found) =
            MerkleTree.rootFromInclusion(leafHash, reading.index, BatchHeader.size(meta), reading.path);
        if (!fits || found != root) revert NotIncluded();
        return RecordLeaf.read(reading.leaf);
    }

    /// @dev Only a good reading is a reading: a temperature of any other quality is a hole.
    function _isOut(AgreementTerms.Terms calldata terms, RecordLeaf.Record memory record) private pure returns (bool) {
        if (record.kind != RecordLeaf.KIND_TEMPERATURE) return false;
        bool isWithin = record.value >= terms.minMilliC && record.value <= terms.maxMilliC;
        return record.quality != RecordLeaf.QUALITY_GOOD || !isWithin;
    }

    /// @dev Adds what one header says. Times outside the span are cut off. A header does not tell which excursion opened
    /// or closed in it: from the first header that tells of one to the last all time is out.
    function _account(AgreementTerms.Terms calldata terms, Span memory span, Walk memory walk, bytes32 meta)
        private
        pure
    {
        uint256 flags = BatchHeader.flags(meta);
        bool hasReading = BatchHeader.hasReading(meta);
        bool isOutside = hasReading && !BatchHeader.isWithin(meta, terms.minMilliC, terms.maxMilliC);
        bool isDirty = isOutside || flags & terms.dirtyFlags != 0;
        // Without a reading in it a header clears no time; the next one with readings shows the hole.
        if (!isDirty && !hasReading) return;

        uint256 lastMs = _least(BatchHeader.lastMs(meta), span.endMs);
        uint256 passedMs = lastMs > walk.knownMs ? lastMs - walk.knownMs : 0;
        uint256 lostMs = isDirty ? passedMs : _least(_holeMs(terms, walk, BatchHeader.firstMs(meta)), passedMs);
        walk.knownMs += passedMs;
        walk.outMs += lostMs;
        walk.clearedMs += passedMs - lostMs;
        if (flags & FLAG_EXCURSION == 0) return;
        if (walk.hadExcursion) walk.outMs += walk.clearedMs;
        walk.hadExcursion = true;
        walk.clearedMs = 0;
    }

    /// @dev Time since what is known, if it is longer than agreed.
    function _holeMs(AgreementTerms.Terms calldata terms, Walk memory walk, uint256 untilMs)
        private
        pure
        returns (uint256)
    {
        return untilMs > walk.knownMs + uint256(terms.maxSilenceS) * MS_PER_SECOND ? untilMs - walk.knownMs : 0;
    }

    function _least(uint256 a, uint256 b) private pure returns (uint256) {
        return a < b ? a : b;
    }

    function _ceilS(uint256 ms) private pure returns (uint256) {
        return (ms + MS_PER_SECOND - 1) / MS_PER_SECOND;
    }
}
