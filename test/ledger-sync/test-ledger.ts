// A contract on a fresh local chain with registered gateways, and gateways that sign batches for it.
import { SigningKey } from 'ethers/crypto';
import { getBytes } from 'ethers/utils';
import { BaseWallet } from 'ethers/wallet';
import { deployAnchor } from '../../ledger-sync/anchor/deploy.js';
import { JsonRpc } from '../../ledger-sync/anchor/json-rpc.js';
import { signRegistration } from '../../ledger-sync/anchor/registration-proof.js';
import { registerGateway } from '../../ledger-sync/anchor/registry.js';
import {
  encodeBatchWire,
  genesisHead,
  headOf,
  type LedgerDomain,
  signBatch,
} from '../../ledger-sync/evidence/batch.js';
import { sha256 } from '../../ledger-sync/evidence/sha256.js';
import { SoftwareSigner } from '../../ledger-sync/evidence/signer.js';
import { anvilKeys } from './anvil.js';

export interface TestBatch {
  readonly seq: number;
  readonly size: number;
  readonly wire: Uint8Array;
  readonly head: Uint8Array;
  /** Head of the batch before. */
  readonly prev: Uint8Array;
}

export interface TestLedger {
  readonly domain: LedgerDomain;
  readonly rpc: JsonRpc;
  readonly wallet: BaseWallet;
  register(gateway: TestGateway): Promise<string>;
}

export function walletOf(privateKey: string): BaseWallet {
  return new BaseWallet(new SigningKey(privateKey));
}

/** Deploys the contract with the first of anvil's accounts as registrar. */
export async function deployTestLedger(url: string, chainId = 31337): Promise<TestLedger> {
  const rpc = new JsonRpc(url);
  const wallet = walletOf(anvilKeys[0]);
  const verifyingContract = await deployAnchor(rpc, wallet);
  const domain = { chainId, verifyingContract };
  const register = (gateway: TestGateway) => {
    const proof = signRegistration(gateway.signer, domain, getBytes(wallet.address));
    return registerGateway({ rpc, wallet, contract: verifyingContract }, gateway.signer.address, proof);
  };
  return { domain, rpc, wallet, register };
}

/** A device key and the chain of headers that it has signed. */
export class TestGateway {
  readonly signer: SoftwareSigner;
  #prev: Uint8Array;
  #seq = 0;

  /** @param prev what the first header builds on; by default what an honest one does */
  constructor(name: string, prev?: Uint8Array) {
    this.signer = new SoftwareSigner(sha256(new TextEncoder().encode(name)));
    this.#prev = prev ?? genesisHead(this.signer.address);
  }

  /**
   * Signs the next header of the chain.
   * @param size records under it; 48 more than before by default
   */
  cut(domain: LedgerDomain, rootName = '', size = (this.#seq + 1) * 48): TestBatch {
    this.#seq += 1;
    const seq = this.#seq;
    const root = sha256(new TextEncoder().encode(`${rootName} ${seq}`));
    const tFirstMs = 1_790_000_000_000 + seq * 60_000;
    const meta = {
      seq,
      size,
      tFirstMs,
      tLastMs: tFirstMs + 59_999,
      minCentiC: 213,
      maxCentiC: 688,
      flags: 1,
    };
    const header = { gateway: this.signer.address, prev: this.#prev, root, meta };
    const head = headOf(header);
    const { prev } = header;
    this.#prev = head;
    return {
      seq,
      size: meta.size,
      wire: encodeBatchWire(signBatch(this.signer, domain, header)),
      head,
      prev,
    };
  }
}
