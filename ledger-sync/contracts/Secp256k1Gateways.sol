// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {GatewayRegistry} from "./GatewayRegistry.sol";
import {HeaderEvidence} from "./HeaderEvidence.sol";

/// @title Gateways that sign with secp256k1, known by the address of the key
abstract contract Secp256k1Gateways is HeaderEvidence {
    /// @dev Bytes of an EIP-2098 signature: r 32 | yParity and s 32.
    uint256 internal constant SIGNATURE_BYTES = 64;

    /// @inheritdoc GatewayRegistry
    function _isSignedBy(address gateway, bytes32 digest, bytes calldata signature)
        internal
        pure
        override
        returns (bool)
    {
        if (signature.length != SIGNATURE_BYTES) return false;
        (address signer, ECDSA.RecoverError failure,) =
            ECDSA.tryRecover(digest, bytes32(signature[:32]), bytes32(signature[32:]));
        return failure == ECDSA.RecoverError.NoError && signer == gateway;
    }
}
