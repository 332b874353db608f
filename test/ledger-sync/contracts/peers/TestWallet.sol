// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";

/// @notice A wallet of one key. It does what its key's owner tells it; what it does with coins that come can be chosen.
contract TestWallet is IERC1271 {
    enum Receipt {
        Take,
        Refuse,
        Attack,
        Flood
    }

    address public owner;
    Receipt public receipt;
    address public target;
    bytes public attack;
    bool public hasSucceeded;
    bool public isWasteful;

    constructor(address owner_) {
        owner = owner_;
    }

    function prepare(Receipt receipt_, address target_, bytes calldata attack_, bool isWasteful_) external {
        receipt = receipt_;
        target = target_;
        attack = attack_;
        isWasteful = isWasteful_;
    }

    function execute(address to, uint256 value, bytes calldata data) external payable {
        (bool success, bytes memory answer) = to.call{value: value}(data);
        if (success) return;
        assembly ("memory-safe") {
            revert(add(answer, 0x20), mload(answer))
        }
    }

    function isValidSignature(bytes32 hash, bytes calldata signature) external view returns (bytes4) {
        if (isWasteful) while (true) {}
        (address signer, ECDSA.RecoverError failure,) = ECDSA.tryRecover(hash, signature);
        bool isOwner = failure == ECDSA.RecoverError.NoError && signer == owner;
        return isOwner ? IERC1271.isValidSignature.selector : bytes4(0);
    }

    receive() external payable {
        if (receipt == Receipt.Refuse) revert("no coins please");
        if (receipt == Receipt.Flood) {
            assembly {
                return(0, 200000)
            }
        }
        if (receipt != Receipt.Attack) return;
        (bool success,) = target.call(attack);
        if (success) hasSucceeded = true;
    }
}
