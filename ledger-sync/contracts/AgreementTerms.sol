// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title What payer and payee have agreed upon, as EIP-712 `Terms(...)`
/// @notice Nothing in it names anybody or any place: parties are addresses, which may be fresh for each shipment; goods,
/// parties and places are in a salted document of which only the hash is here.
/// @dev The contract keeps no terms but their hash, which is the agreement's id; every call brings them along.
library AgreementTerms {
    struct Terms {
        /// Gives the price into escrow and gets back what is not earned.
        address payer;
        /// Is paid for a delivery as agreed: a carrier, or a seller.
        address payee;
        /// Holds the goods at first.
        address consignor;
        /// Whose signature under a handover makes the delivery.
        address receiver;
        /// Judges what headers cannot tell; zero: nobody, and then nothing can be disputed but by proof.
        address quality;
        /// ERC-20 token; zero: the coin of the chain.
        address asset;
        /// In the smallest unit; 0 for custody and conditions without money.
        uint128 price;
        /// What whoever disputes puts in, and loses without merit.
        uint128 bond;
        /// Contract that keeps the gateway's headers.
        address anchor;
        address gateway;
        /// As it stands in the records of the shipment: salted.
        bytes16 shipment;
        /// SHA-256 of the salted terms document.
        bytes32 document;
        /// Inclusive.
        int32 minMilliC;
        int32 maxMilliC;
        /// Header flags that count the header's time as out of range; at least excursion (1) and gap (2).
        uint32 dirtyFlags;
        /// Longest time without a header's reading that is not counted as out of range.
        uint32 maxSilenceS;
        /// Time that one proven reading stands for, at most.
        uint32 readingS;
        /// Time out of range that costs nothing.
        uint32 allowedOutS;
        /// From this time on nothing is paid.
        uint32 rejectOutS;
        /// Part of the price that each begun minute between the two costs, in 1/10,000.
        uint16 lossPerMinuteBps;
        /// Until when goods must have been handed over first; Unix seconds.
        uint40 startBy;
        /// Until when they must have been delivered.
        uint40 deliverBy;
        /// After the delivery: time for headers.
        uint32 claimS;
        /// After the headers: time for objections. 0: they settle at once.
        uint32 disputeS;
        /// After an objection: time for the ruling.
        uint32 rulingS;
        /// Makes equal agreements differ.
        bytes32 salt;
    }

    bytes32 internal constant TYPEHASH = keccak256(
        "Terms(address payer,address payee,address consignor,address receiver,address quality,address asset,"
        "uint128 price,uint128 bond,address anchor,address gateway,bytes16 shipment,bytes32 document,int32 minMilliC,"
        "int32 maxMilliC,uint32 dirtyFlags,uint32 maxSilenceS,uint32 readingS,uint32 allowedOutS,uint32 rejectOutS,"
        "uint16 lossPerMinuteBps,uint40 startBy,uint40 deliverBy,uint32 claimS,uint32 disputeS,uint32 rulingS,"
        "bytes32 salt)"
    );
    uint256 internal constant WHOLE_BPS = 10_000;
    /// @dev Excursion and gap: a gap counts as an excursion, whatever else is agreed.
    uint32 private constant LEAST_DIRTY_FLAGS = 3;
    /// @dev No window may hold money for longer.
    uint256 private constant MAX_WINDOW_S = 90 days;
    uint256 private constant MAX_TRANSPORT_S = 400 days;
    /// @dev What a header's bounds are held to: beyond it they say nothing.
    int256 private constant LEAST_MILLI_C = -327_680;
    int256 private constant MOST_MILLI_C = 327_670;
    uint256 private constant SECONDS_PER_MINUTE = 60;

    /// @notice These terms could not be carried out.
    /// @param field the one that is wrong
    error InvalidTerms(string field);

    /// @notice EIP-712 hashStruct, the id of the agreement.
    function hash(Terms calldata terms) internal pure returns (bytes32) {
        return keccak256(abi.encode(TYPEHASH, terms));
    }

    /// @notice Refuses terms under which money could be held without end, or nobody could do what is asked.
    function check(Terms calldata terms) internal view {
        if (terms.payer == address(0) || terms.payer == terms.payee) revert InvalidTerms("payer");
        if (terms.payee == address(0)) revert InvalidTerms("payee");
        if (terms.consignor == address(0)) revert InvalidTerms("consignor");
        if (terms.receiver == address(0) || terms.receiver == terms.consignor) revert InvalidTerms("receiver");
        if (terms.quality == terms.payer || terms.quality == terms.payee) revert InvalidTerms("quality");
        if (terms.asset != address(0) && terms.asset.code.length == 0) revert InvalidTerms("asset");
        if (terms.shipment == bytes16(0)) revert InvalidTerms("shipment");
        if (terms.minMilliC <= LEAST_MILLI_C || terms.minMilliC > terms.maxMilliC) revert InvalidTerms("minMilliC");
        if (terms.maxMilliC >= MOST_MILLI_C) revert InvalidTerms("maxMilliC");
        if (terms.dirtyFlags & LEAST_DIRTY_FLAGS != LEAST_DIRTY_FLAGS) revert InvalidTerms("dirtyFlags");
        if (terms.readingS == 0) revert InvalidTerms("readingS");
        if (terms.rejectOutS <= terms.allowedOutS) revert InvalidTerms("rejectOutS");
        if (terms.startBy < block.timestamp) revert InvalidTerms("startBy");
        if (terms.deliverBy < terms.startBy || terms.deliverBy > block.timestamp + MAX_TRANSPORT_S) {
            revert InvalidTerms("deliverBy");
        }
        if (terms.claimS == 0 || terms.claimS > MAX_WINDOW_S) revert InvalidTerms("claimS");
        if (terms.disputeS > MAX_WINDOW_S) revert InvalidTerms("disputeS");
        if (terms.rulingS > MAX_WINDOW_S) revert InvalidTerms("rulingS");
    }

    /// @notice Part of the price that is earned with so much time out of range, in 1/10,000.
    function shareBps(Terms calldata terms, uint256 outS) internal pure returns (uint256) {
        if (outS <= terms.allowedOutS) return WHOLE_BPS;
        if (outS >= terms.rejectOutS) return 0;
        uint256 begunMinutes = (outS - terms.allowedOutS + SECONDS_PER_MINUTE - 1) / SECONDS_PER_MINUTE;
        uint256 lossBps = begunMinutes * terms.lossPerMinuteBps;
        return lossBps < WHOLE_BPS ? WHOLE_BPS - lossBps : 0;
    }
}
