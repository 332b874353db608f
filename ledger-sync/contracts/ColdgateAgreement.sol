// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AgreementCustody} from "./AgreementCustody.sol";
import {AgreementEscrow} from "./AgreementEscrow.sol";
import {AgreementRecords} from "./AgreementRecords.sol";
import {AgreementReview} from "./AgreementReview.sol";
import {AgreementTerms} from "./AgreementTerms.sol";
import {ConditionProof} from "./ConditionProof.sol";
import {SkippingBatch} from "./SkippingBatch.sol";

/// @title Agreements about cold shipments that carry themselves out
/// @notice Payer and payee sign the terms, the payer pays in, the goods pass from hand to hand by two signatures each, and
/// the gateway's signed headers decide what was earned. Nobody owns this contract, and nobody can change it.
contract ColdgateAgreement is AgreementCustody, AgreementReview, SkippingBatch {
    using AgreementTerms for AgreementTerms.Terms;
    using ConditionProof for AgreementTerms.Terms;

    /// @param document SHA-256 of the salted terms document
    event Created(bytes32 indexed id, address indexed payer, address indexed payee, address gateway, bytes32 document);
    event Funded(bytes32 indexed id, address indexed by, uint256 price);

    /// @notice The gateway may not anchor at the contract that the terms name.
    error GatewayNotActive(address gateway);

    /// @notice Begin an agreement that both sides have signed; anyone may.
    /// @param payerSignature by terms.payer over EIP-712 `Terms(...)`
    /// @param payeeSignature by terms.payee over the same
    /// @return id hash of the terms
    function create(
        AgreementTerms.Terms calldata terms,
        bytes calldata payerSignature,
        bytes calldata payeeSignature
    ) external nonReentrant returns (bytes32 id) {
        Standing storage standing;
        (id, standing) = _in(terms, State.None);
        terms.check();
        _requireSigned(terms.payer, id, payerSignature);
        _requireSigned(terms.payee, id, payeeSignature);
        standing.holder = terms.consignor;
        standing.outS = UNSHOWN;
        emit Created(id, terms.payer, terms.payee, terms.gateway, terms.document);
        _enter(id, standing, State.Created);
    }

    /// @notice Pay in the price; whoever does, the rest goes back to terms.payer. From here the goods may be handed over.
    /// @dev A token must be approved first. Refused while the gateway cannot anchor: nobody could ever show headers.
    function fund(AgreementTerms.Terms calldata terms) external payable nonReentrant {
        (bytes32 id, Standing storage standing) = _in(terms, State.Created);
        _requireNotAfter(terms.startBy);
        if (!terms.isActive()) revert GatewayNotActive(terms.gateway);
        emit Funded(id, msg.sender, terms.price);
        _enter(id, standing, State.Armed);
        _take(terms.asset, terms.price);
    }
}
