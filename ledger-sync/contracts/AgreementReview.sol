// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AgreementEscrow} from "./AgreementEscrow.sol";
import {AgreementRecords} from "./AgreementRecords.sol";
import {AgreementTerms} from "./AgreementTerms.sol";
import {ConditionProof} from "./ConditionProof.sol";

/// @title What a delivery has earned: headers clear it, records speak against it, quality rules
/// @notice Whoever is to be paid shows the headers. What they do not clear counts as time out of range. Then payer or payee
/// may disagree: by records of the shipment itself, which need no judge, or by a dispute, for which the agreed quality
/// party must sign a ruling. Whoever disputes must get it: without one the headers stand, and the bond is lost.
/// @dev Every state has an end in time that anyone may bring about, and none of these needs another contract.
abstract contract AgreementReview is AgreementRecords, AgreementEscrow {
    using AgreementTerms for AgreementTerms.Terms;
    using ConditionProof for AgreementTerms.Terms;

    struct Ruling {
        bytes32 agreement;
        /// Time out of range that shall count.
        uint32 outS;
        /// SHA-256 of what it is founded on.
        bytes32 document;
        uint40 deadline;
    }

    bytes32 private constant RULING_TYPEHASH =
        keccak256("Ruling(bytes32 agreement,uint32 outS,bytes32 document,uint40 deadline)");

    /// @notice Headers were shown.
    event Claimed(bytes32 indexed id, uint32 seq, uint32 outS);
    /// @notice Records of the shipment, or the gateway's own downfall, changed what counts.
    event Contradicted(bytes32 indexed id, uint32 outS);
    event Contested(bytes32 indexed id, address indexed by);
    event Ruled(bytes32 indexed id, uint32 outS, bytes32 document);
    /// @param payment to the payee; the rest of the price went back
    event Settled(bytes32 indexed id, uint32 outS, uint256 payment);

    /// @notice Nothing would change: what counts already is not less.
    error WithoutEffect();
    /// @notice The terms name nobody who could rule.
    error NobodyRules();

    /// @notice Show the headers over a delivered transport; anyone may.
    /// @param headers prev of the first (28 bytes), then meta (30) and root (32) of each: from one that the log had before
    /// the first handover to the newest anchored one
    function claim(AgreementTerms.Terms calldata terms, bytes calldata headers) external nonReentrant {
        (bytes32 id, Standing storage standing) = _in(terms, State.Delivered);
        _requireNotAfter(standing.until);
        (uint256 outS, uint32 seq) = terms.unclearedS(_span(standing), headers);
        standing.outS = outS < UNSHOWN ? uint32(outS) : UNSHOWN - 1;
        standing.claimSeq = seq;
        emit Claimed(id, seq, standing.outS);
        standing.until = uint40(block.timestamp) + terms.disputeS;
        _enter(id, standing, State.UnderReview);
        if (terms.disputeS == 0) _settle(terms, id, standing);
    }

    /// @notice Show readings of one probe of the shipment that were outside the range, or none; anyone may.
    /// @param readings in the order of their times; each counts for at most terms.readingS
    function contradict(
        AgreementTerms.Terms calldata terms,
        bytes calldata headers,
        ConditionProof.Reading[] calldata readings
    ) external nonReentrant {
        (bytes32 id, Standing storage standing) = _open(terms);
        _worsen(terms, id, standing, terms.provenOutS(_span(standing), headers, readings));
    }

    /// @notice Show two neighbours in the gateway's log between which more time passed than agreed; anyone may.
    function contradictBySilence(
        AgreementTerms.Terms calldata terms,
        bytes calldata headers,
        ConditionProof.Reading calldata before,
        ConditionProof.Reading calldata next
    ) external nonReentrant {
        (bytes32 id, Standing storage standing) = _open(terms);
        _worsen(terms, id, standing, terms.provenSilenceS(_span(standing), headers, before, next));
    }

    /// @notice The gateway was frozen or revoked since, and its headers are not to be believed any more; anyone may.
    function discredit(AgreementTerms.Terms calldata terms) external nonReentrant {
        (bytes32 id, Standing storage standing) = _open(terms);
        if (terms.lastValidSeq() >= standing.claimSeq) revert WithoutEffect();
        _worsen(terms, id, standing, UNSHOWN);
    }

    /// @notice Disagree, by payer or payee, with a bond; the quality party must then rule.
    /// @dev The payee also where the receiver will not sign, or no headers can be shown.
    function dispute(AgreementTerms.Terms calldata terms) external payable nonReentrant {
        bytes32 id = terms.hash();
        Standing storage standing = _standings[id];
        if (terms.quality == address(0)) revert NobodyRules();
        bool isByPayee = msg.sender == terms.payee;
        if (!isByPayee && msg.sender != terms.payer) revert NotYours(msg.sender);
        State state = standing.state;
        bool isEarly = state == State.InTransit || state == State.Delivered;
        if (state != State.UnderReview && !(isByPayee && isEarly)) revert WrongState(id, state);
        _requireNotAfter(state == State.InTransit ? terms.deliverBy : standing.until);
        standing.isByPayee = isByPayee;
        standing.until = uint40(block.timestamp) + terms.rulingS;
        emit Contested(id, msg.sender);
        _enter(id, standing, State.Disputed);
        _take(terms.asset, terms.bond);
    }

    /// @notice Bring the signed ruling of the quality party; anyone may. It needs no dispute, and it is the last word.
    /// @param signature by terms.quality over EIP-712 `Ruling(...)`
    function rule(AgreementTerms.Terms calldata terms, Ruling calldata ruling, bytes calldata signature)
        external
        nonReentrant
    {
        bytes32 id = terms.hash();
        Standing storage standing = _standings[id];
        State state = standing.state;
        if (terms.quality == address(0)) revert NobodyRules();
        if (state < State.InTransit || state > State.Disputed) revert WrongState(id, state);
        _requireNotAfter(state == State.InTransit ? terms.deliverBy : standing.until);
        _requireNotAfter(ruling.deadline);
        if (ruling.agreement != id) revert NotSignedBy(terms.quality);
        _requireSigned(terms.quality, keccak256(abi.encode(RULING_TYPEHASH, ruling)), signature);
        if (state == State.Disputed) {
            uint256 ruledBps = terms.shareBps(ruling.outS);
            uint256 shownBps = terms.shareBps(standing.outS);
            bool hasMerit = standing.isByPayee ? ruledBps > shownBps : ruledBps < shownBps;
            _returnBond(terms, id, standing.isByPayee == hasMerit);
        }
        standing.outS = ruling.outS;
        emit Ruled(id, ruling.outS, ruling.document);
        _settle(terms, id, standing);
    }

    /// @notice Carry out what nobody has objected to in time, or what a dispute has not changed; anyone may.
    function settle(AgreementTerms.Terms calldata terms) external nonReentrant {
        (bytes32 id, Standing storage standing) = _review(terms);
        _requireAfter(standing.until);
        if (standing.state == State.Disputed) _returnBond(terms, id, !standing.isByPayee);
        _settle(terms, id, standing);
    }

    /// @notice Give the price back where goods were not handed over, not delivered, or not shown to be kept in time.
    function refund(AgreementTerms.Terms calldata terms) external nonReentrant {
        bytes32 id = terms.hash();
        Standing storage standing = _standings[id];
        State state = standing.state;
        if (state < State.Armed || state > State.Delivered) revert WrongState(id, state);
        if (state == State.Armed) _requireAfter(terms.startBy);
        if (state == State.InTransit) _requireAfter(terms.deliverBy);
        if (state == State.Delivered) _requireAfter(standing.until);
        _credit(id, terms.asset, terms.payer, terms.price);
        _enter(id, standing, State.Refunded);
    }

    /// @notice Give in: the payer pays all, or the payee takes nothing. Before anything is held: call it off.
    function concede(AgreementTerms.Terms calldata terms) external nonReentrant {
        bytes32 id = terms.hash();
        Standing storage standing = _standings[id];
        bool isByPayee = msg.sender == terms.payee;
        if (!isByPayee && msg.sender != terms.payer) revert NotYours(msg.sender);
        State state = standing.state;
        if (state == State.Created) return _enter(id, standing, State.Refunded);
        if (state < State.Armed || state > State.Disputed) revert WrongState(id, state);
        if (state == State.Disputed) _returnBond(terms, id, !isByPayee);
        standing.outS = isByPayee ? UNSHOWN : 0;
        _settle(terms, id, standing);
    }

    function _in(AgreementTerms.Terms calldata terms, State state)
        internal
        view
        returns (bytes32 id, Standing storage standing)
    {
        id = terms.hash();
        standing = _standings[id];
        if (standing.state != state) revert WrongState(id, standing.state);
    }

    function _review(AgreementTerms.Terms calldata terms) private view returns (bytes32 id, Standing storage standing) {
        id = terms.hash();
        standing = _standings[id];
        State state = standing.state;
        if (state != State.UnderReview && state != State.Disputed) revert WrongState(id, state);
    }

    /// @dev Under review or disputed, and in time.
    function _open(AgreementTerms.Terms calldata terms) private view returns (bytes32 id, Standing storage standing) {
        (id, standing) = _review(terms);
        _requireNotAfter(standing.until);
    }

    function _span(Standing storage standing) private view returns (ConditionProof.Span memory) {
        return ConditionProof.Span({
            beginSize: standing.beginSize,
            endSize: standing.endSize,
            beginMs: uint256(standing.beginAtS) * 1000,
            endMs: uint256(standing.endAtS) * 1000
        });
    }

    /// @dev Once, the other side gets its whole time to answer; more often would be a way to hold money up.
    function _worsen(AgreementTerms.Terms calldata terms, bytes32 id, Standing storage standing, uint256 outS) private {
        if (outS > UNSHOWN) outS = UNSHOWN;
        if (terms.shareBps(outS) >= terms.shareBps(standing.outS)) revert WithoutEffect();
        standing.outS = uint32(outS);
        emit Contradicted(id, uint32(outS));
        if (standing.isProlonged) return;
        standing.isProlonged = true;
        uint40 until = uint40(block.timestamp) + terms.disputeS;
        if (until > standing.until) standing.until = until;
    }

    function _returnBond(AgreementTerms.Terms calldata terms, bytes32 id, bool isToPayee) private {
        _credit(id, terms.asset, isToPayee ? terms.payee : terms.payer, terms.bond);
    }

    function _settle(AgreementTerms.Terms calldata terms, bytes32 id, Standing storage standing) private {
        uint256 share = terms.shareBps(standing.outS);
        uint256 payment = uint256(terms.price) * share / AgreementTerms.WHOLE_BPS;
        emit Settled(id, standing.outS, payment);
        _credit(id, terms.asset, terms.payee, payment);
        _credit(id, terms.asset, terms.payer, terms.price - payment);
        _enter(id, standing, share > 0 ? State.Released : State.Rejected);
    }
}
