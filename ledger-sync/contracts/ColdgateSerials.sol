// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC5267} from "@openzeppelin/contracts/interfaces/IERC5267.sol";
import {
    AccessControlDefaultAdminRules
} from "@openzeppelin/contracts/access/extensions/AccessControlDefaultAdminRules.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {SerialLots} from "./SerialLots.sol";

/// @title Which packs are genuine, which were called back, which were dispensed
/// @notice A maker commissions a lot as one root; a pharmacy dispenses a pack once; a maker or an authority calls a lot
/// back in one transaction. Everything is signed (EIP-712, also by contracts: ERC-1271), so anyone may carry and pay it.
/// @dev No immutables, no funds, not upgradeable. A dispense carries two signatures, the pharmacy's and the pack's: the
/// second binds the pharmacy, so a proof that was seen in the mempool is of no use to another one, and nobody can burn
/// packs that he never held.
contract ColdgateSerials is SerialLots, AccessControlDefaultAdminRules, IERC5267 {
    bytes32 public constant MAKER_ROLE = keccak256("MAKER_ROLE");
    bytes32 public constant PHARMACY_ROLE = keccak256("PHARMACY_ROLE");
    /// @notice May call back any lot, and lift what an authority called back.
    bytes32 public constant AUTHORITY_ROLE = keccak256("AUTHORITY_ROLE");
    /// @notice Seconds before a new admin can take over.
    uint48 public constant ADMIN_DELAY = 2 days;

    bytes32 private constant NAME_HASH = keccak256("coldgate");
    bytes32 private constant VERSION_HASH = keccak256("1");
    bytes32 private constant COMMISSION_TYPEHASH =
        keccak256("Commission(address maker,bytes32 lot,bytes32 root,uint32 size,uint64 deadline)");
    bytes32 private constant RECALL_TYPEHASH = keccak256(
        "Recall(address maker,bytes32 lot,bool isRecalled,uint32 change,address by,bytes32 reason,uint64 deadline)"
    );
    bytes32 private constant DECOMMISSION_TYPEHASH =
        keccak256("Decommission(address maker,bytes32 lot,uint32 word,uint256 packs,uint64 deadline)");
    bytes32 private constant DISPENSE_TYPEHASH = keccak256(
        "Dispense(address maker,bytes32 lot,uint32 index,address pharmacy,bytes32 place,uint64 deadline)"
    );

    /// @dev Duplicates that were told: a signed one is told once.
    mapping(bytes32 digest => bool) private _told;

    event Commissioned(address indexed maker, bytes32 indexed lot, bytes32 root, uint32 size);
    /// @param by the maker, or an authority
    /// @param reason text that names nobody, or the hash of a document
    event Recalled(address indexed maker, bytes32 indexed lot, address by, bytes32 reason);
    event RecallLifted(address indexed maker, bytes32 indexed lot, address by, bytes32 reason);
    /// @param packs bit n is pack 256 * word + n
    event Decommissioned(address indexed maker, bytes32 indexed lot, uint32 word, uint256 packs);
    /// @param place salted commitment to where and when
    event Dispensed(
        address indexed maker, bytes32 indexed lot, uint32 indexed index, address pharmacy, bytes32 place
    );
    /// @notice The same serial a second time: one of the two packs is false.
    /// @param firstPlace first 8 bytes of the commitment of the first time
    event DuplicateSerial(
        address indexed maker,
        bytes32 indexed lot,
        uint32 indexed index,
        address pharmacy,
        bytes32 place,
        bytes8 firstPlace
    );

    error Expired(uint64 deadline);
    error NotSignedBy(address signer);
    error AlreadyCommissioned(address maker, bytes32 lot);
    error EmptyLot();
    error UnknownLot(address maker, bytes32 lot);
    /// @notice Someone else's change came first, or nothing would change.
    error WrongChange(uint32 expected);
    error NothingToChange();
    error LotRecalled(address maker, bytes32 lot);
    error NotInLot(address maker, bytes32 lot, uint32 index);
    error PackDecommissioned(address maker, bytes32 lot, uint32 index);
    /// @notice This very dispensing is recorded.
    error AlreadyRecorded();
    /// @notice The first 8 bytes of a place must not be zero: zero says that there is none.
    error PlaceMissing();

    /// @param admin gets all roles but those of makers and pharmacies
    constructor(address admin) AccessControlDefaultAdminRules(ADMIN_DELAY, admin) {
        _grantRole(AUTHORITY_ROLE, admin);
    }

    /// @notice Put a lot on the ledger. Once per maker and lot.
    function commission(
        address maker,
        bytes32 lot,
        bytes32 root,
        uint32 size,
        uint64 deadline,
        bytes calldata signature
    ) external {
        _checkRole(MAKER_ROLE, maker);
        bytes32 structHash = keccak256(abi.encode(COMMISSION_TYPEHASH, maker, lot, root, size, deadline));
        _requireSigned(maker, structHash, deadline, signature);
        if (size == 0) revert EmptyLot();
        Lot storage known = _lots[maker][lot];
        if (known.size != 0) revert AlreadyCommissioned(maker, lot);
        known.root = root;
        known.size = size;
        emit Commissioned(maker, lot, root, size);
    }

    /// @notice Call a lot back, or lift that. A lot is called back until each of those who did so has lifted it.
    /// @param change recallChanges of the lot: two that sign at once cannot undo each other
    /// @param by the maker itself, whatever its role is by now, or an authority
    function recall(
        address maker,
        bytes32 lot,
        bool isRecalled,
        uint32 change,
        address by,
        bytes32 reason,
        uint64 deadline,
        bytes calldata signature
    ) external {
        if (by != maker) _checkRole(AUTHORITY_ROLE, by);
        bytes32 structHash =
            keccak256(abi.encode(RECALL_TYPEHASH, maker, lot, isRecalled, change, by, reason, deadline));
        _requireSigned(by, structHash, deadline, signature);
        Lot storage known = _known(maker, lot);
        if (known.recallChanges != change) revert WrongChange(known.recallChanges);
        uint8 own = by == maker ? RECALLED_BY_MAKER : RECALLED_BY_AUTHORITY;
        uint8 after_ = isRecalled ? known.recalls | own : known.recalls & ~own;
        if (after_ == known.recalls) revert NothingToChange();
        known.recalls = after_;
        known.recallChanges = change + 1;
        known.recallChangedAt = uint40(block.timestamp);
        if (isRecalled) emit Recalled(maker, lot, by, reason);
        else emit RecallLifted(maker, lot, by, reason);
    }

    /// @notice Take packs out of the world for good: destroyed, stolen, samples. Up to 256 at once.
    function decommission(
        address maker,
        bytes32 lot,
        uint32 word,
        uint256 packs,
        uint64 deadline,
        bytes calldata signature
    ) external {
        bytes32 structHash = keccak256(abi.encode(DECOMMISSION_TYPEHASH, maker, lot, word, packs, deadline));
        _requireSigned(maker, structHash, deadline, signature);
        Lot storage known = _known(maker, lot);
        uint256 before = _decommissioned[maker][lot][word];
        if (packs | before == before) revert NothingToChange();
        _decommissioned[maker][lot][word] = before | packs;
        known.spent += 1;
        emit Decommissioned(maker, lot, word, packs);
    }

    /// @notice Hand a pack to a patient. A second time is recorded as a duplicate, with both places, and changes nothing.
    /// @param place salted commitment to where and when; another one for each dispensing
    /// @param path RFC 9162 inclusion proof of the pack
    /// @param signature of the pharmacy over EIP-712 `Dispense`
    /// @param r of the pack key's signature over the same
    /// @param vs EIP-2098 form of the rest of it
    function dispense(
        address maker,
        bytes32 lot,
        Pack calldata pack,
        bytes32[] calldata path,
        address pharmacy,
        bytes32 place,
        uint64 deadline,
        bytes calldata signature,
        bytes32 r,
        bytes32 vs
    ) external {
        _checkRole(PHARMACY_ROLE, pharmacy);
        bytes32 digest;
        {
            bytes32 structHash =
                keccak256(abi.encode(DISPENSE_TYPEHASH, maker, lot, pack.index, pharmacy, place, deadline));
            digest = _requireSigned(pharmacy, structHash, deadline, signature);
        }
        (address signer, ECDSA.RecoverError failure,) = ECDSA.tryRecover(digest, r, vs);
        if (failure != ECDSA.RecoverError.NoError || signer != pack.packKey) revert NotSignedBy(pack.packKey);
        Lot storage known = _known(maker, lot);
        if (known.recalls != 0) revert LotRecalled(maker, lot);
        if (!_isMember(known, pack, path)) revert NotInLot(maker, lot, pack.index);
        if (_bit(_decommissioned[maker][lot], pack.index)) revert PackDecommissioned(maker, lot, pack.index);
        if (bytes8(place) == 0) revert PlaceMissing();
        _burn(known, maker, lot, pack.index, pharmacy, place, digest);
    }

    function _burn(
        Lot storage known,
        address maker,
        bytes32 lot,
        uint32 index,
        address pharmacy,
        bytes32 place,
        bytes32 digest
    ) private {
        uint256 shift = (index & 3) << 6;
        uint256 quarter = _places[maker][lot][index >> 2];
        bytes8 first = bytes8(uint64(quarter >> shift));
        if (!_bit(_dispensed[maker][lot], index)) {
            _dispensed[maker][lot][index >> 8] |= 1 << (index & 0xff);
            _places[maker][lot][index >> 2] = quarter | (uint256(uint64(bytes8(place))) << shift);
            known.spent += 1;
            emit Dispensed(maker, lot, index, pharmacy, place);
            return;
        }
        if (first == bytes8(place) || _told[digest]) revert AlreadyRecorded();
        _told[digest] = true;
        emit DuplicateSerial(maker, lot, index, pharmacy, place, first);
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

    function _known(address maker, bytes32 lot) private view returns (Lot storage known) {
        known = _lots[maker][lot];
        if (known.size == 0) revert UnknownLot(maker, lot);
    }

    /// @dev The separator is made anew in every call: it follows the chain id through a chain split.
    function _requireSigned(address signer, bytes32 structHash, uint64 deadline, bytes calldata signature)
        private
        view
        returns (bytes32 digest)
    {
        if (block.timestamp > deadline) revert Expired(deadline);
        bytes32 separator =
            MessageHashUtils.toDomainSeparator(
                0x0f, NAME_HASH, VERSION_HASH, block.chainid, address(this), bytes32(0)
            );
        digest = MessageHashUtils.toTypedDataHash(separator, structHash);
        if (!SignatureChecker.isValidSignatureNowCalldata(signer, digest, signature)) revert NotSignedBy(signer);
    }
}
