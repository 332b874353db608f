// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {PlainToken} from "./PlainToken.sol";

/// @notice Makes a call that it was told, in the middle of every transfer, and remembers whether it went through.
contract HostileToken is PlainToken {
    address public target;
    bytes public attack;
    bool public hasEntered;
    bool public hasSucceeded;

    function prepare(address target_, bytes calldata attack_) external {
        target = target_;
        attack = attack_;
    }

    function _update(address from, address to, uint256 amount) internal override {
        super._update(from, to, amount);
        if (attack.length == 0) return;
        hasEntered = true;
        (bool success,) = target.call(attack);
        if (success) hasSucceeded = true;
    }
}
