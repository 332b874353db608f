// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

/// @title Money that is held and paid out on request
/// @notice Nothing is ever pushed to a party that could refuse it and so hold up the others: a settlement writes credits,
/// and each account takes its own out.
/// @dev Tokens that give less than was asked for are refused on the way in. What is sent here by a bare transfer belongs
/// to nobody and stays; so does what a token adds by itself. A token that takes balances away harms its own holders.
abstract contract AgreementEscrow is ReentrancyGuardTransient {
    using SafeERC20 for IERC20;

    /// @dev The coin of the chain, in place of a token.
    address internal constant COIN = address(0);

    mapping(address asset => mapping(address account => uint256 amount)) private _credits;

    /// @notice An account may take this out.
    event Credited(bytes32 indexed id, address indexed account, address asset, uint256 amount);
    event Withdrawn(address indexed account, address indexed to, address asset, uint256 amount);

    /// @notice What came is not what was asked for: fee-on-transfer tokens cannot be used.
    error NotReceivedInFull(uint256 expected, uint256 received);
    error NothingToWithdraw(address account);
    error PaymentRefused(address to);

    /// @notice What an account may take out.
    function creditOf(address asset, address account) external view returns (uint256) {
        return _credits[asset][account];
    }

    /// @notice Send an account its credit; anyone may.
    function withdraw(address asset, address account) external nonReentrant {
        _payOut(asset, account, account);
    }

    /// @notice Send the caller's credit elsewhere, where the account itself cannot receive it.
    function withdrawTo(address asset, address to) external nonReentrant {
        _payOut(asset, msg.sender, to);
    }

    function _credit(bytes32 id, address asset, address account, uint256 amount) internal {
        if (amount == 0) return;
        _credits[asset][account] += amount;
        emit Credited(id, account, asset, amount);
    }

    /// @dev Takes exactly this from the caller.
    function _take(address asset, uint256 amount) internal {
        uint256 value = asset == COIN ? amount : 0;
        if (msg.value != value) revert NotReceivedInFull(value, msg.value);
        if (asset == COIN || amount == 0) return;
        uint256 before = IERC20(asset).balanceOf(address(this));
        IERC20(asset).safeTransferFrom(msg.sender, address(this), amount);
        uint256 received = IERC20(asset).balanceOf(address(this)) - before;
        if (received != amount) revert NotReceivedInFull(amount, received);
    }

    function _payOut(address asset, address account, address to) private {
        uint256 amount = _credits[asset][account];
        if (amount == 0) revert NothingToWithdraw(account);
        _credits[asset][account] = 0;
        emit Withdrawn(account, to, asset, amount);
        if (asset != COIN) {
            IERC20(asset).safeTransfer(to, amount);
            return;
        }
        bool isPaid;
        // No answer is copied: a receiver could make it expensive.
        assembly ("memory-safe") {
            isPaid := call(gas(), to, amount, 0, 0, 0, 0)
        }
        if (!isPaid) revert PaymentRefused(to);
    }
}
