// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title One storage word per gateway: what is anchored of it
/// @dev The first base of every contract here, so that the mapping is at storage slot 0 of each: a state proof
/// (`eth_getProof`) needs to know where to look.
abstract contract HeadStore {
    /// @dev The sequence of a gateway that is stopped: no header can be its successor.
    uint256 internal constant STOPPED_SEQ = 0xffffffff;

    /// @dev head (28 bytes) << 32 | sequence (uint32). Zero: not registered.
    mapping(address gateway => uint256 headAndSeq) internal _slots;

    /// @notice The words of many gateways at once, for whoever follows a fleet.
    /// @return words head << 32 | sequence each, as in storage: zero if not registered, sequence 4294967295 if stopped
    function headsOf(address[] calldata gateways) external view returns (bytes32[] memory words) {
        words = new bytes32[](gateways.length);
        for (uint256 index = 0; index < gateways.length; ++index) {
            words[index] = bytes32(_slots[gateways[index]]);
        }
    }

    /// @notice Storage key of a gateway's word, for `eth_getProof`: head << 32 | sequence, where the sequence
    /// 4294967295 says that the gateway is stopped.
    function slotOf(address gateway) external pure returns (bytes32 key) {
        assembly ("memory-safe") {
            mstore(0x00, gateway)
            mstore(0x20, _slots.slot)
            key := keccak256(0x00, 0x40)
        }
    }
}
