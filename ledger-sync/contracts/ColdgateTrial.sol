// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC5267} from "@openzeppelin/contracts/interfaces/IERC5267.sol";
import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {TrialRecords} from "./TrialRecords.sol";

/// @title Documents, consents and data sets of clinical trials, as revocable attestations and grants that expire
/// @notice A sponsor attests, or lets sites and statisticians do so; whoever attested, or the sponsor, revokes. Data are
/// shared by hash: a grant says which recipient may read which set until when. Everything is signed (EIP-712, also by
/// contracts: ERC-1271), so anyone may carry and pay it, and nobody who signs needs money.
/// @dev No owner, no immutables, no funds, not upgradeable, no call to others but the static one that asks a contract for
/// its signature: there is nothing to re-enter. Each event has all that is needed to rebuild what is stored.
contract ColdgateTrial is TrialRecords, IERC5267 {
    bytes32 private constant NAME_HASH = keccak256("coldgate");
    bytes32 private constant VERSION_HASH = keccak256("1");
    bytes32 private constant APPOINT_TYPEHASH = keccak256(
        "Appoint(address sponsor,bytes32 trial,address account,uint8 rights,uint32 change,uint64 deadline)"
    );
    bytes32 private constant ATTEST_TYPEHASH = keccak256(
        "Attest(address sponsor,bytes32 trial,uint8 kind,bytes32 commitment,bytes32 basis,address by,uint64 deadline)"
    );
    bytes32 private constant REVOKE_TYPEHASH = keccak256(
        "Revoke(address sponsor,bytes32 trial,bytes32 attestation,bytes32 reason,address by,uint64 deadline)"
    );
    bytes32 private constant GRANT_TYPEHASH = keccak256(
        "Grant(address sponsor,bytes32 trial,bytes32 dataSet,bytes32 recipient,uint40 expiresAt,uint32 change,address by,uint64 deadline)"
    );

    /// @param rights bits: 1 documents and consent forms, 2 consents, 4 data sets and grants; 0 takes all of them
    event Appointed(
        address indexed sponsor, bytes32 indexed trial, address indexed account, uint8 rights, uint32 change
    );
    /// @param attestation its name: hash of author and commitment
    /// @param basis name of the attestation on which it rests, such as the form that was consented to; or 0
    event Attested(
        address indexed sponsor,
        bytes32 indexed trial,
        bytes32 indexed attestation,
        Kind kind,
        address author,
        bytes32 commitment,
        bytes32 basis
    );
    /// @param by its author, or the sponsor
    /// @param reason text that names nobody, or the salted hash of a document
    event Revoked(
        address indexed sponsor, bytes32 indexed trial, bytes32 indexed attestation, address by, bytes32 reason
    );
    /// @param recipient salted hash of a recipient's public key
    event Granted(
        address indexed sponsor,
        bytes32 indexed trial,
        bytes32 indexed dataSet,
        bytes32 recipient,
        uint40 expiresAt,
        uint32 change,
        address by
    );
    event GrantWithdrawn(
        address indexed sponsor,
        bytes32 indexed trial,
        bytes32 indexed dataSet,
        bytes32 recipient,
        uint32 change,
        address by
    );

    error Expired(uint64 deadline);
    error NotSignedBy(address signer);
    /// @notice The sponsor has not let this account do that.
    error NotAppointed(address account);
    error UnknownRights(uint8 rights);
    /// @notice Somebody's change came first; sign anew over the number that is expected.
    error WrongChange(uint32 expected);
    error NothingToChange();
    error KindMissing();
    error CommitmentMissing();
    error AlreadyAttested(bytes32 attestation);
    /// @notice The form is none of this trial, or was revoked: nobody can consent to it any more.
    error BasisNotStanding(bytes32 basis);
    error UnknownAttestation(bytes32 attestation);
    error AlreadyRevoked(bytes32 attestation);
    /// @notice The data set is none of this trial, or was revoked.
    error DataSetNotStanding(bytes32 dataSet);
    /// @notice A grant must end later than now.
    error GrantOver(uint40 expiresAt);

    /// @notice Let an account attest for the sponsor, or take that from it.
    /// @param change changes of the member: none can be played again
    function appoint(
        address sponsor,
        bytes32 trial,
        address account,
        uint8 rights,
        uint32 change,
        uint64 deadline,
        bytes calldata signature
    ) external {
        if (rights > ALL_RIGHTS) revert UnknownRights(rights);
        bytes32 structHash =
            keccak256(abi.encode(APPOINT_TYPEHASH, sponsor, trial, account, rights, change, deadline));
        _requireSigned(sponsor, structHash, deadline, signature);
        Member storage member = _members[sponsor][trial][account];
        if (member.changes != change) revert WrongChange(member.changes);
        if (member.rights == rights) revert NothingToChange();
        member.rights = rights;
        member.changes = change + 1;
        emit Appointed(sponsor, trial, account, rights, change);
    }

    /// @notice Put a salted commitment on the ledger, once per author.
    /// @param basis name of an attestation of the same trial, or 0; of a consent: the form, which must stand
    /// @param by the sponsor, or an account that it has appointed for this kind
    function attest(
        address sponsor,
        bytes32 trial,
        Kind kind,
        bytes32 commitment,
        bytes32 basis,
        address by,
        uint64 deadline,
        bytes calldata signature
    ) external {
        if (kind == Kind.Absent) revert KindMissing();
        if (commitment == 0) revert CommitmentMissing();
        _requireRight(sponsor, trial, by, _rightFor(kind));
        {
            bytes32 structHash = keccak256(
                abi.encode(ATTEST_TYPEHASH, sponsor, trial, kind, commitment, basis, by, deadline)
            );
            _requireSigned(by, structHash, deadline, signature);
        }
        _requireBasis(sponsor, trial, kind, basis);
        bytes32 attestation = attestationOf(by, commitment);
        Attestation storage made = _attestations[sponsor][trial][attestation];
        if (made.kind != Kind.Absent) revert AlreadyAttested(attestation);
        made.author = by;
        made.kind = kind;
        made.madeAt = uint40(block.timestamp);
        emit Attested(sponsor, trial, attestation, kind, by, commitment, basis);
    }

    /// @notice Take an attestation back for good: a version that is replaced, a consent that is withdrawn.
    /// @param by its author, whatever its rights are by now, or the sponsor
    function revoke(
        address sponsor,
        bytes32 trial,
        bytes32 attestation,
        bytes32 reason,
        address by,
        uint64 deadline,
        bytes calldata signature
    ) external {
        bytes32 structHash =
            keccak256(abi.encode(REVOKE_TYPEHASH, sponsor, trial, attestation, reason, by, deadline));
        _requireSigned(by, structHash, deadline, signature);
        Attestation storage known = _attestations[sponsor][trial][attestation];
        if (known.kind == Kind.Absent) revert UnknownAttestation(attestation);
        if (by != known.author && by != sponsor) revert NotAppointed(by);
        if (known.revokedAt != 0) revert AlreadyRevoked(attestation);
        known.revokedAt = uint40(block.timestamp);
        emit Revoked(sponsor, trial, attestation, by, reason);
    }

    /// @notice Let a recipient read a data set until a time, extend or shorten that, or (with 0) withdraw it.
    /// @param dataSet name of its attestation
    /// @param expiresAt seconds; 0 withdraws
    /// @param change changes of the grant: a grant that was withdrawn cannot be played again
    /// @param by the sponsor, or an account that it has appointed to share
    function grant(
        address sponsor,
        bytes32 trial,
        bytes32 dataSet,
        bytes32 recipient,
        uint40 expiresAt,
        uint32 change,
        address by,
        uint64 deadline,
        bytes calldata signature
    ) external {
        _requireRight(sponsor, trial, by, MAY_SHARE);
        {
            bytes32 structHash = keccak256(
                abi.encode(GRANT_TYPEHASH, sponsor, trial, dataSet, recipient, expiresAt, change, by, deadline)
            );
            _requireSigned(by, structHash, deadline, signature);
        }
        Grant storage known = _grants[sponsor][trial][dataSet][recipient];
        if (known.changes != change) revert WrongChange(known.changes);
        if (expiresAt == 0) {
            if (change == 0 || known.isWithdrawn) revert NothingToChange();
            known.isWithdrawn = true;
            emit GrantWithdrawn(sponsor, trial, dataSet, recipient, change, by);
        } else {
            if (!_stands(_attestations[sponsor][trial][dataSet], Kind.DataSet)) {
                revert DataSetNotStanding(dataSet);
            }
            if (expiresAt <= block.timestamp) revert GrantOver(expiresAt);
            known.expiresAt = expiresAt;
            known.isWithdrawn = false;
            emit Granted(sponsor, trial, dataSet, recipient, expiresAt, change, by);
        }
        known.author = by;
        known.changes = change + 1;
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

    function _requireRight(address sponsor, bytes32 trial, address by, uint8 right) private view {
        if (by != sponsor && _members[sponsor][trial][by].rights & right == 0) revert NotAppointed(by);
    }

    function _requireBasis(address sponsor, bytes32 trial, Kind kind, bytes32 basis) private view {
        Attestation storage known = _attestations[sponsor][trial][basis];
        if (kind == Kind.Consent) {
            if (!_stands(known, Kind.ConsentForm)) revert BasisNotStanding(basis);
        } else if (basis != 0 && known.kind == Kind.Absent) {
            revert UnknownAttestation(basis);
        }
    }

    /// @dev The separator is made anew in every call: it follows the chain id through a chain split.
    function _requireSigned(address signer, bytes32 structHash, uint64 deadline, bytes calldata signature)
        private
        view
    {
        if (block.timestamp > deadline) revert Expired(deadline);
        bytes32 separator =
            MessageHashUtils.toDomainSeparator(
                0x0f, NAME_HASH, VERSION_HASH, block.chainid, address(this), bytes32(0)
            );
        bytes32 digest = MessageHashUtils.toTypedDataHash(separator, structHash);
        if (!SignatureChecker.isValidSignatureNowCalldata(signer, digest, signature)) {
            revert NotSignedBy(signer);
        }
    }
}
