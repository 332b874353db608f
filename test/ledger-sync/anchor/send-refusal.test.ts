// The words of real nodes for the same few reasons.
import { expect, test } from 'vitest';
import { classifySendRefusal } from '../../../ledger-sync/anchor/send-refusal.js';

test.each([
  // geth, Erigon, Nethermind, Besu, anvil
  ['already known', 'known'],
  ['AlreadyKnown', 'known'],
  ['Known transaction', 'known'],
  ['transaction already imported', 'known'],
  ['nonce too low: next nonce 5, tx nonce 4', 'nonce-used'],
  ['OldNonce', 'nonce-used'],
  ['Nonce too low', 'nonce-used'],
  ['replacement transaction underpriced', 'underpriced'],
  ['transaction underpriced: gas tip cap 0, minimum needed 1', 'underpriced'],
  ['max fee per gas less than block base fee: address 0x1, maxFeePerGas: 1, baseFee: 7', 'underpriced'],
  ['FeeTooLow, EffectivePriorityFeePerGas too low', 'underpriced'],
  ['Gas price below current base fee', 'underpriced'],
  ['insufficient funds for gas * price + value: balance 0, tx cost 1', 'no-funds'],
  ['Insufficient funds for gas * price + value', 'no-funds'],
  ['Upfront cost exceeds account balance', 'no-funds'],
  ['invalid chain id for signer: have 1 want 5', 'wrong-chain'],
  ['Internal error', 'other'],
])('%j means %s', (text, expected) => {
  expect(classifySendRefusal(text)).toBe(expected);
});
