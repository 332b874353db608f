// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title What a ledger may know of a clinical trial: salted commitments, who made them, what still stands
/// @notice Anyone asks for nothing but gas that a call does not pay. Neither trial, document, person, site nor
/// recipient stands here in words: each is the hash of it with at least 16 random bytes that never reach the ledger.
/// Nothing here, and nothing that is signed for it, has a word for a treatment arm.
/// @dev An attestation is named by its author and its commitment, so nobody can take the place of one that he saw in the
/// mempool. A trial is named by its sponsor's account and a word: it needs no opening and no role of anybody else.
abstract contract TrialRecords {
    /// @notice What was attested. Numbers are never used again.
    enum Kind {
        Absent,
        /// A version of a protocol, an analysis plan, a randomisation list that stays shut.
        Document,
        /// A version of the words to which subjects consent.
        ConsentForm,
        /// That a subject has consented to a version.
        Consent,
        /// Results or other data, shared by hash.
        DataSet
    }

    /// @notice One slot.
    struct Attestation {
        address author;
        Kind kind;
        /// Seconds, time of the block.
        uint40 madeAt;
        /// 0 while it stands. Once revoked it stays so: what holds again is attested anew.
        uint40 revokedAt;
    }

    /// @notice What a recipient may read until when. One slot.
    struct Grant {
        /// Who granted, extended or withdrew it last.
        address author;
        /// Seconds; from then on it is over.
        uint40 expiresAt;
        /// Grants, extensions and withdrawals so far; each of them signs the number before it.
        uint32 changes;
        bool isWithdrawn;
    }

    /// @notice What an account may attest for a sponsor. One slot.
    struct Member {
        /// Bits below.
        uint8 rights;
        uint32 changes;
    }

    uint8 internal constant MAY_DOCUMENT = 1;
    uint8 internal constant MAY_CONSENT = 2;
    uint8 internal constant MAY_SHARE = 4;
    uint8 internal constant ALL_RIGHTS = 7;

    mapping(address sponsor => mapping(bytes32 trial => mapping(address account => Member))) internal _members;
    mapping(address sponsor => mapping(bytes32 trial => mapping(bytes32 attestation => Attestation)))
        internal _attestations;
    mapping(
        address sponsor
            => mapping(bytes32 trial => mapping(bytes32 dataSet => mapping(bytes32 recipient => Grant)))
    ) internal _grants;

    /// @notice The name of an attestation within its trial.
    function attestationOf(address author, bytes32 commitment) public pure returns (bytes32) {
        return keccak256(abi.encode(author, commitment));
    }

    /// @notice Attestations in the order asked; of an unknown one the kind is Absent.
    function attestationsOf(address sponsor, bytes32 trial, bytes32[] calldata attestations)
        external
        view
        returns (Attestation[] memory found)
    {
        found = new Attestation[](attestations.length);
        for (uint256 i = 0; i < attestations.length; ++i) {
            found[i] = _attestations[sponsor][trial][attestations[i]];
        }
    }

    /// @notice A grant, and whether the recipient may read at this block: granted, not withdrawn, not over, and the data
    /// set itself not revoked.
    function grantOf(address sponsor, bytes32 trial, bytes32 dataSet, bytes32 recipient)
        external
        view
        returns (bool stands, Grant memory found)
    {
        found = _grants[sponsor][trial][dataSet][recipient];
        stands = !found.isWithdrawn && block.timestamp < found.expiresAt
            && _stands(_attestations[sponsor][trial][dataSet], Kind.DataSet);
    }

    function memberOf(address sponsor, bytes32 trial, address account) external view returns (Member memory) {
        return _members[sponsor][trial][account];
    }

    function _stands(Attestation storage known, Kind kind) internal view returns (bool) {
        return known.kind == kind && known.revokedAt == 0;
    }

    function _rightFor(Kind kind) internal pure returns (uint8) {
        if (kind == Kind.Consent) return MAY_CONSENT;
        if (kind == Kind.DataSet) return MAY_SHARE;
        return MAY_DOCUMENT;
    }
}
