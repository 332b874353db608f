// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC5267} from "@openzeppelin/contracts/interfaces/IERC5267.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";

/// @title Where each agreement stands, and whose signature is whose
/// @dev Two words per agreement. No immutables: every deployment of one compiler output has one code hash.
abstract contract AgreementRecords is IERC5267 {
    enum State {
        None,
        /// Both sides have signed; nothing is paid in yet.
        Created,
        /// The price is held, and the gateway may anchor.
        Armed,
        InTransit,
        Delivered,
        /// Headers were shown; whoever disagrees says so now.
        UnderReview,
        Disputed,
        /// All or a part was earned. The end.
        Released,
        /// Nothing was earned. The end.
        Rejected,
        /// A time ran out before headers were shown, or it was called off. The end.
        Refunded
    }

    struct Standing {
        address holder;
        State state;
        /// Handovers so far.
        uint32 steps;
        /// Unix seconds; what it ends depends on the state.
        uint40 until;
        /// The time for objections was prolonged once.
        bool isProlonged;
        /// Records in the gateway's log at the first handover and at the last.
        uint48 beginSize;
        uint48 endSize;
        /// Times of these handovers, as both sides signed them.
        uint40 beginAtS;
        uint40 endAtS;
        /// Time out of range that counts now; UNSHOWN while no header was shown.
        uint32 outS;
        /// Header that covers the delivery.
        uint32 claimSeq;
        /// Of a dispute: by the payee, else by the payer.
        bool isByPayee;
    }

    uint32 internal constant UNSHOWN = type(uint32).max;

    bytes32 private constant DOMAIN_TYPEHASH =
        keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");
    bytes32 private constant NAME_HASH = keccak256("coldgate agreement");
    bytes32 private constant VERSION_HASH = keccak256("1");

    mapping(bytes32 id => Standing) internal _standings;

    /// @notice Every step forward, in order.
    event Entered(bytes32 indexed id, State state);

    /// @notice The agreement is in a state in which this cannot be done.
    error WrongState(bytes32 id, State state);
    /// @notice A time has run out.
    error TooLate(uint256 untilS);
    /// @notice A time has not run out yet.
    error TooEarly(uint256 untilS);
    /// @notice Not signed by that party for this chain, this contract and these words.
    error NotSignedBy(address party);
    /// @notice The caller is no party that may do this.
    error NotYours(address caller);

    /// @notice Where an agreement stands.
    /// @param id hash of its terms
    function standingOf(bytes32 id) external view returns (Standing memory) {
        return _standings[id];
    }

    /// @inheritdoc IERC5267
    function eip712Domain()
        external
        view
        returns (bytes1, string memory, string memory, uint256, address, bytes32, uint256[] memory)
    {
        // 0x0f: name, version, chainId and verifyingContract are used.
        return (hex"0f", "coldgate agreement", "1", block.chainid, address(this), bytes32(0), new uint256[](0));
    }

    function _enter(bytes32 id, Standing storage standing, State state) internal {
        standing.state = state;
        emit Entered(id, state);
    }

    /// @dev ECDSA of an account without code, else ERC-1271.
    function _requireSigned(address party, bytes32 structHash, bytes calldata signature) internal view {
        bytes32 domain = keccak256(abi.encode(DOMAIN_TYPEHASH, NAME_HASH, VERSION_HASH, block.chainid, address(this)));
        bytes32 digest = keccak256(abi.encodePacked(hex"1901", domain, structHash));
        if (!SignatureChecker.isValidSignatureNowCalldata(party, digest, signature)) revert NotSignedBy(party);
    }

    function _requireNotAfter(uint256 untilS) internal view {
        if (block.timestamp > untilS) revert TooLate(untilS);
    }

    function _requireAfter(uint256 untilS) internal view {
        if (block.timestamp <= untilS) revert TooEarly(untilS);
    }
}
