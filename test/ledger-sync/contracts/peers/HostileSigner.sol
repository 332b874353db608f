// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice A sponsor's contract that signs whatever it is asked, and makes a call that it was told while it is asked.
contract HostileSigner {
    address public target;
    bytes public attack;
    bool public swallows;

    function prepare(address target_, bytes calldata attack_, bool swallows_) external {
        target = target_;
        attack = attack_;
        swallows = swallows_;
    }

    /// @dev Not view, unlike the standard's: it tries what the caller must make impossible.
    function isValidSignature(bytes32, bytes calldata) external returns (bytes4) {
        if (attack.length > 0) {
            (bool success,) = target.call(attack);
            // Whoever swallows the failure still signs: then the outer call must be all that happened.
            if (!success && !swallows) revert("attack failed");
        }
        return this.isValidSignature.selector;
    }
}
