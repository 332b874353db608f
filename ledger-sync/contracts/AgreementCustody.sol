// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AgreementRecords} from "./AgreementRecords.sol";
import {AgreementTerms} from "./AgreementTerms.sol";

/// @title Who holds the goods: handed from one to the next, and both have signed
/// @notice The first handover, by the consignor, begins the transport; the one to the receiver ends it. The events are
/// the whole history.
/// @dev A signature names the agreement, its step, both parties and a deadline, for this chain and contract: seen in the
/// mempool it is good for nothing else, and good once. Steps count per agreement, not per account, so that one driver's
/// twenty pallets can be handed over in any order.
abstract contract AgreementCustody is AgreementRecords {
    using AgreementTerms for AgreementTerms.Terms;

    struct Handover {
        bytes32 agreement;
        /// Handovers before this one.
        uint32 step;
        address from;
        address to;
        /// Records in the gateway's log when it happened: parts the conditions between the two.
        uint48 size;
        /// Unix seconds at which it happened.
        uint40 atS;
        /// SHA-256 of the salted custody document, which is in the gateway's log too.
        bytes32 document;
        /// Until when it may be brought here.
        uint40 deadline;
    }

    bytes32 private constant HANDOVER_TYPEHASH = keccak256(
        "Handover(bytes32 agreement,uint32 step,address from,address to,uint48 size,uint40 atS,bytes32 document,"
        "uint40 deadline)"
    );

    /// @notice The goods changed hands.
    event HandedOver(
        bytes32 indexed id,
        address indexed from,
        address indexed to,
        uint32 step,
        uint48 size,
        uint40 atS,
        bytes32 document
    );

    /// @notice The handover does not follow the ones before it.
    /// @param field the one that is wrong
    error InvalidHandover(string field);

    /// @notice Bring a handover that both sides have signed; anyone may.
    /// @param giverSignature by `from` over EIP-712 `Handover(...)`
    /// @param takerSignature by `to` over the same
    function handover(
        AgreementTerms.Terms calldata terms,
        Handover calldata done,
        bytes calldata giverSignature,
        bytes calldata takerSignature
    ) external {
        bytes32 id = terms.hash();
        Standing storage standing = _standings[id];
        State state = standing.state;
        if (state != State.Armed && state != State.InTransit) revert WrongState(id, state);
        _requireNext(id, standing, done);
        _requireNotAfter(done.deadline);
        _requireNotAfter(state == State.Armed ? terms.startBy : terms.deliverBy);
        if (state == State.Armed && done.to == terms.receiver) revert InvalidHandover("to");
        bytes32 structHash = keccak256(abi.encode(HANDOVER_TYPEHASH, done));
        _requireSigned(done.from, structHash, giverSignature);
        _requireSigned(done.to, structHash, takerSignature);

        if (state == State.Armed) {
            standing.beginSize = done.size;
            standing.beginAtS = done.atS;
        }
        standing.endSize = done.size;
        standing.endAtS = done.atS;
        standing.holder = done.to;
        standing.steps = done.step + 1;
        emit HandedOver(id, done.from, done.to, done.step, done.size, done.atS, done.document);
        if (state == State.Armed) _enter(id, standing, State.InTransit);
        if (done.to != terms.receiver) return;
        standing.until = uint40(block.timestamp) + terms.claimS;
        _enter(id, standing, State.Delivered);
    }

    function _requireNext(bytes32 id, Standing storage standing, Handover calldata done) private view {
        if (done.agreement != id) revert InvalidHandover("agreement");
        if (done.step != standing.steps) revert InvalidHandover("step");
        if (done.from != standing.holder) revert InvalidHandover("from");
        if (done.to == done.from || done.to == address(0)) revert InvalidHandover("to");
        if (done.size < standing.endSize) revert InvalidHandover("size");
        if (done.atS < standing.endAtS || done.atS > block.timestamp) revert InvalidHandover("atS");
    }
}
