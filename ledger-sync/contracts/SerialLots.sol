// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {MerkleTree} from "./MerkleTree.sol";

/// @title Lots of medicine as a ledger may know them: a root, three words, and a bit per pack
/// @notice Anyone asks for nothing but gas that a call does not pay. Neither product, lot number nor serial stands
/// here: a lot is the hash of them with a secret of its maker, a pack is a leaf of the lot's tree.
/// @dev A lot belongs to the account that signed it: nobody can take the place of a lot that he saw in the mempool.
abstract contract SerialLots {
    /// @notice The one who commissioned the lot has called it back.
    uint8 internal constant RECALLED_BY_MAKER = 1;
    /// @notice An authority has called it back; its maker cannot lift that.
    uint8 internal constant RECALLED_BY_AUTHORITY = 2;

    struct Lot {
        /// RFC 9162 root over the packs.
        bytes32 root;
        uint32 size;
        /// Bits above; 0 while nobody has called it back.
        uint8 recalls;
        /// Recalls and lifts so far; each of them signs the number before it, so none can be replayed.
        uint32 recallChanges;
        /// Dispensed and decommissioned so far: whoever follows a lot sees from it whether bits have changed.
        uint32 spent;
        /// Seconds, time of the block of the newest recall or lift.
        uint40 recallChangedAt;
    }

    /// @notice What is known of one pack.
    struct Standing {
        bool isCommissioned;
        /// The leaf is at that place in the lot.
        bool isMember;
        bool isRecalled;
        bool isDispensed;
        bool isDecommissioned;
    }

    /// @notice A pack: its place in the lot, the commitment to what its label says, and its own key.
    struct Pack {
        uint32 index;
        bytes32 commitment;
        /// Address of a key made from the secret under the label: who never held the pack cannot sign with it.
        address packKey;
    }

    mapping(address maker => mapping(bytes32 lot => Lot)) internal _lots;
    /// @dev One bit per pack, 256 packs in a slot.
    mapping(address maker => mapping(bytes32 lot => mapping(uint256 word => uint256))) internal _dispensed;
    mapping(address maker => mapping(bytes32 lot => mapping(uint256 word => uint256))) internal _decommissioned;
    /// @dev First 8 bytes of the commitment to the place where a pack was dispensed, four packs in a slot: enough to
    /// show the first place beside the second one without asking a node for old events.
    mapping(address maker => mapping(bytes32 lot => mapping(uint256 quarter => uint256))) internal _places;

    /// @notice Whether a pack is genuine, and what became of it. Free, by eth_call; nobody learns who asks but the node.
    /// @param path RFC 9162 inclusion proof
    function verify(address maker, bytes32 lot, Pack calldata pack, bytes32[] calldata path)
        external
        view
        returns (Standing memory standing)
    {
        Lot storage known = _lots[maker][lot];
        if (known.size == 0) return standing;
        standing.isCommissioned = true;
        standing.isRecalled = known.recalls != 0;
        standing.isMember = _isMember(known, pack, path);
        if (!standing.isMember) return standing;
        standing.isDispensed = _bit(_dispensed[maker][lot], pack.index);
        standing.isDecommissioned = _bit(_decommissioned[maker][lot], pack.index);
    }

    /// @notice The lots, in the order asked; of an unknown one the size is 0.
    function lotsOf(address[] calldata makers, bytes32[] calldata lots) external view returns (Lot[] memory found) {
        found = new Lot[](lots.length);
        for (uint256 index = 0; index < lots.length; ++index) found[index] = _lots[makers[index]][lots[index]];
    }

    /// @notice Bits of packs, 256 in a word, bit 0 the first of them; for whoever keeps a snapshot.
    function spentWords(address maker, bytes32 lot, uint256 from, uint256 count)
        external
        view
        returns (uint256[] memory dispensed, uint256[] memory decommissioned)
    {
        dispensed = new uint256[](count);
        decommissioned = new uint256[](count);
        for (uint256 offset = 0; offset < count; ++offset) {
            dispensed[offset] = _dispensed[maker][lot][from + offset];
            decommissioned[offset] = _decommissioned[maker][lot][from + offset];
        }
    }

    function _isMember(Lot storage known, Pack calldata pack, bytes32[] calldata path) internal view returns (bool) {
        bytes32 leaf = MerkleTree.leafHash(abi.encodePacked(pack.commitment, pack.packKey));
        (bool fits, bytes32 root) = MerkleTree.rootFromInclusion(leaf, pack.index, known.size, path);
        return fits && root == known.root;
    }

    function _bit(mapping(uint256 word => uint256) storage bits, uint256 index) internal view returns (bool) {
        return bits[index >> 8] & (1 << (index & 0xff)) != 0;
    }
}
