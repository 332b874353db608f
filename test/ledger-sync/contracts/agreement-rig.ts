// Anchor and agreement contract on a local chain, with parties that have coins and sign; time can be moved on.
import { randomBytes } from 'node:crypto';
import { hexlify } from 'ethers/utils';
import type { BaseWallet } from 'ethers/wallet';
import { encodeAnchor } from '../../../ledger-sync/anchor/contract-client.js';
import { deployContract } from '../../../ledger-sync/anchor/deploy.js';
import { JsonRpc } from '../../../ledger-sync/anchor/json-rpc.js';
import { NodeRefusal } from '../../../ledger-sync/anchor/ledger-error.js';
import { signRegistration } from '../../../ledger-sync/anchor/registration-proof.js';
import { registerGateway } from '../../../ledger-sync/anchor/registry.js';
import { type MinedTransaction, sendAndWait } from '../../../ledger-sync/anchor/send-and-wait.js';
import { fromHex, toHex } from '../../../ledger-sync/evidence/bytes.js';
import { sha256 } from '../../../ledger-sync/evidence/sha256.js';
import { SoftwareSigner } from '../../../ledger-sync/evidence/signer.js';
import {
  agreementInterface,
  encodeCreate,
  encodeFund,
} from '../../../ledger-sync/shipments/agreement-calls.js';
import {
  type AgreementTerms,
  agreementId,
  termsDigest,
} from '../../../ledger-sync/shipments/agreement-terms.js';
import { signAsParty } from '../../../ledger-sync/shipments/party-signature.js';
import { type Anvil, anvilKeys, callAnvil } from '../anvil.js';
import { walletOf } from '../test-ledger.js';
import { type LoggedGateway, wireOf } from './logged-gateway.js';

const CHAIN_ID = 31337;
export const zeroAddress = `0x${'00'.repeat(20)}`;
export const HOUR = 3600;
export const DAY = 24 * HOUR;

/** A key with coins. */
export interface Party {
  readonly signer: SoftwareSigner;
  readonly wallet: BaseWallet;
  /** 0x, lower case. */
  readonly address: string;
}

function partyOf(name: string): Party {
  const key = sha256(new TextEncoder().encode(`party ${name}`));
  const signer = new SoftwareSigner(key);
  return { signer, wallet: walletOf(`0x${toHex(key)}`), address: `0x${toHex(signer.address)}` };
}

const roles = ['payer', 'payee', 'consignor', 'carrier', 'receiver', 'quality', 'thief'] as const;
export type Role = (typeof roles)[number];

/** Numbers of the contract's enum. */
export const states = {
  none: 0,
  created: 1,
  armed: 2,
  inTransit: 3,
  delivered: 4,
  underReview: 5,
  disputed: 6,
  released: 7,
  rejected: 8,
  refunded: 9,
} as const;

export class AgreementRig {
  readonly rpc: JsonRpc;
  /** Pays for what anyone may do; no party. */
  readonly relay = walletOf(anvilKeys[0]);
  readonly parties = Object.fromEntries(roles.map((role) => [role, partyOf(role)])) as Record<Role, Party>;

  private constructor(
    readonly anvil: Anvil,
    /** Of the anchor contract. */
    readonly anchor: string,
    /** Of the agreement contract. */
    readonly address: string,
  ) {
    this.rpc = new JsonRpc(anvil.url);
  }

  static async deploy(anvil: Anvil, salt = `0x${'00'.repeat(32)}`): Promise<AgreementRig> {
    const rpc = new JsonRpc(anvil.url);
    const wallet = walletOf(anvilKeys[0]);
    const anchor = await deployContract(rpc, wallet, { name: 'anchor', admin: wallet.address });
    const agreement = await deployContract(rpc, wallet, { name: 'agreement', admin: wallet.address, salt });
    const rig = new AgreementRig(anvil, anchor.address, agreement.address);
    for (const party of Object.values(rig.parties)) await rig.giveCoins(party.address);
    return rig;
  }

  /** Of what parties sign. */
  get domain() {
    return { chainId: CHAIN_ID, verifyingContract: fromHex(this.address.slice(2)) };
  }

  /** Of batch headers. */
  get anchorDomain() {
    return { chainId: CHAIN_ID, verifyingContract: fromHex(this.anchor.slice(2)) };
  }

  async giveCoins(address: string): Promise<void> {
    await callAnvil(this.anvil, 'anvil_setBalance', address, '0x3635c9adc5dea00000');
  }

  async register(gateway: LoggedGateway): Promise<void> {
    const proof = signRegistration(
      gateway.signer,
      this.anchorDomain,
      fromHex(this.relay.address.slice(2).toLowerCase()),
    );
    const target = { rpc: this.rpc, wallet: this.relay, contract: fromHex(this.anchor.slice(2)) };
    await registerGateway(target, gateway.address, proof);
  }

  /** Anchors headers from the one with `firstSeq` on. */
  async anchorHeaders(gateway: LoggedGateway, firstSeq = 1): Promise<void> {
    const wires = gateway.headers.slice(firstSeq - 1).map(wireOf);
    await sendAndWait(this.rpc, this.relay, this.anchor, encodeAnchor(wires));
  }

  /** Time of the newest block, Unix seconds. */
  async now(): Promise<number> {
    const block = (await callAnvil(this.anvil, 'eth_getBlockByNumber', 'latest', false)) as {
      timestamp: string;
    };
    return Number(block.timestamp);
  }

  async pass(seconds: number): Promise<void> {
    await callAnvil(this.anvil, 'evm_increaseTime', seconds);
    await callAnvil(this.anvil, 'evm_mine');
  }

  /** Terms with a fresh salt: an hour to start, a day to deliver, 2 to 8 degrees, half an hour outside is free. */
  async terms(gateway: LoggedGateway, change: Partial<AgreementTerms> = {}): Promise<AgreementTerms> {
    const now = await this.now();
    const { payer, payee, consignor, receiver, quality } = this.parties;
    return {
      payer: payer.address,
      payee: payee.address,
      consignor: consignor.address,
      receiver: receiver.address,
      quality: quality.address,
      asset: zeroAddress,
      price: '1000000',
      bond: '5000',
      anchor: this.anchor,
      gateway: hexlify(gateway.address),
      shipment: `0x${'5a'.repeat(16)}`,
      document: `0x${'d0'.repeat(32)}`,
      minMilliC: 2000,
      maxMilliC: 8000,
      dirtyFlags: 7,
      maxSilenceS: 600,
      readingS: 60,
      allowedOutS: 1800,
      rejectOutS: 7200,
      lossPerMinuteBps: 100,
      startBy: now + HOUR,
      deliverBy: now + DAY,
      claimS: DAY,
      disputeS: DAY,
      rulingS: 2 * DAY,
      salt: hexlify(randomBytes(32)),
      ...change,
    };
  }

  /** By the keys of the parties, whoever the terms name. */
  createData(terms: AgreementTerms): string {
    const digest = termsDigest(this.domain, terms);
    const { payer, payee } = this.parties;
    return encodeCreate(terms, signAsParty(payer.signer, digest), signAsParty(payee.signer, digest));
  }

  async create(terms: AgreementTerms): Promise<MinedTransaction> {
    return this.send(this.createData(terms));
  }

  async fund(terms: AgreementTerms, wallet = this.parties.payer.wallet): Promise<MinedTransaction> {
    const value = terms.asset === zeroAddress ? BigInt(terms.price) : 0n;
    return this.send(encodeFund(terms), wallet, value);
  }

  /** Sends call data. @throws Error with the contract's own words */
  async send(data: string, wallet: BaseWallet = this.relay, valueWei = 0n): Promise<MinedTransaction> {
    try {
      return await sendAndWait(this.rpc, wallet, this.address, data, valueWei);
    } catch (error) {
      throw inWords(error);
    }
  }

  async standing(terms: AgreementTerms) {
    const [standing] = await this.read('standingOf', agreementId(terms));
    return standing;
  }

  async state(terms: AgreementTerms): Promise<number> {
    return Number((await this.standing(terms)).state);
  }

  async credit(asset: string, account: string): Promise<bigint> {
    const [amount] = await this.read('creditOf', asset, account);
    return amount;
  }

  async read(name: string, ...values: readonly unknown[]) {
    const data = agreementInterface.encodeFunctionData(name, values);
    const answer = await callAnvil(this.anvil, 'eth_call', { to: this.address, data }, 'latest');
    return agreementInterface.decodeFunctionResult(name, String(answer));
  }

  /** Events of one transaction, by name. */
  events(transaction: MinedTransaction) {
    return transaction.logs.flatMap(
      (log) => agreementInterface.parseLog({ ...log, topics: [...log.topics] }) ?? [],
    );
  }
}

function inWords(error: unknown): unknown {
  if (!(error instanceof NodeRefusal) || error.nodeData === undefined) return error;
  const known = agreementInterface.parseError(error.nodeData);
  return known ? new Error(`${known.name}(${known.args.join(',')})`, { cause: error }) : error;
}
