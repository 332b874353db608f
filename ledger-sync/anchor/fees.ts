// What to offer for a transaction (EIP-1559), and how to raise an offer that was not taken. The rules are those
// of op-service/txmgr: cap = 2 x base fee + tip, both raised together, never above 5 x what is usual now.
// Spending limits are in spending.ts.
import type { Block } from './chain-reader.js';
import { quantity } from './chain-reader.js';
import type { Rpc } from './json-rpc.js';
import { NodeRefusal } from './ledger-error.js';

/** Wei per gas. */
export interface Fees {
  readonly maxFeePerGas: bigint;
  readonly maxPriorityFeePerGas: bigint;
}

/** Wei. For nodes that do not suggest a tip. */
const fallbackTip = 1_000_000_000n;
/** JSON-RPC 2.0: method not found. */
const methodNotFound = -32601;
/** geth wants 10 % more before it replaces a transaction, others up to 12.5 %. */
const raise = { numerator: 9n, denominator: 8n };
/** A replacement above this many times the usual offer is a fault, not a market. */
const ceilingFactor = 5n;

/** The usual offer at a block: survives six full blocks in a row (12.5 % each doubles the base fee). */
export async function suggestFees(rpc: Rpc, block: Block): Promise<Fees> {
  const tip = await suggestTip(rpc, block);
  return { maxFeePerGas: 2n * block.baseFeePerGas + tip, maxPriorityFeePerGas: tip };
}

/**
 * An offer that every node takes as a replacement of `previous`, and not below the usual one; undefined when
 * that is above five times the usual offer.
 */
export function raiseFees(previous: Fees, usual: Fees): Fees | undefined {
  const raised = {
    maxFeePerGas: larger(raiseOne(previous.maxFeePerGas), usual.maxFeePerGas),
    maxPriorityFeePerGas: larger(raiseOne(previous.maxPriorityFeePerGas), usual.maxPriorityFeePerGas),
  };
  return raised.maxFeePerGas > ceilingFactor * usual.maxFeePerGas ? undefined : raised;
}

async function suggestTip(rpc: Rpc, { baseFeePerGas }: Block): Promise<bigint> {
  try {
    const tip = quantity(await rpc.call('eth_maxPriorityFeePerGas', []), 'eth_maxPriorityFeePerGas');
    if (baseFeePerGas > 0n) return tip;
    // Where gas is free, nodes go on suggesting a tip; an account without coin could then do nothing.
    const price = quantity(await rpc.call('eth_gasPrice', []), 'eth_gasPrice');
    return larger(price, tip) === tip ? price : tip;
  } catch (error) {
    if (error instanceof NodeRefusal && error.nodeCode === methodNotFound) return fallbackTip;
    throw error;
  }
}

function raiseOne(value: bigint): bigint {
  return (value * raise.numerator + raise.denominator - 1n) / raise.denominator;
}

function larger(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}
