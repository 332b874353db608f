// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Many calls in one transaction, of which none can spoil the others
/// @notice For relays: a call that fails is skipped with an event. Each has its own gas limit, since a signature may be
/// checked by a contract of somebody who wishes the relay no good.
/// @dev Not payable: a value that came once would count for every call.
abstract contract SkippingBatch {
    struct Call {
        /// At most so much; what is left over stays.
        uint256 gasLimit;
        bytes data;
    }

    /// @notice A call changed nothing.
    /// @param reason first four bytes of the error; zero: it ran out of gas or gave none
    event Skipped(uint256 indexed index, bytes4 reason);

    /// @notice Less gas is left than the call was promised: the relay must send more.
    error TooLittleGas(uint256 index);

    /// @notice Make calls to this contract, in the order given.
    /// @return done how many were not skipped; the caller's dry run reads it
    function batch(Call[] calldata calls) external returns (uint256 done) {
        for (uint256 index = 0; index < calls.length; ++index) {
            uint256 gasLimit = calls[index].gasLimit;
            // A call gets at most 63/64 of what is left (EIP-150).
            if (gasleft() * 63 / 64 <= gasLimit) revert TooLittleGas(index);
            bytes memory data = calls[index].data;
            bool isDone;
            bytes4 reason;
            // Four bytes of the answer and no more are copied: a long one would cost the relay.
            assembly ("memory-safe") {
                isDone := delegatecall(gasLimit, address(), add(data, 0x20), mload(data), 0x00, 0x04)
                if gt(returndatasize(), 3) { reason := and(mload(0x00), shl(224, 0xffffffff)) }
            }
            if (isDone) ++done;
            else emit Skipped(index, reason);
        }
    }
}
