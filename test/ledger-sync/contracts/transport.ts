// A shipment under an agreement, told in minutes: readings, headers, handovers, and what is shown to the contract.
import { hexlify } from 'ethers/utils';
import type { BatchMeta, SignedBatch } from '../../../ledger-sync/evidence/batch.js';
import { fromHex } from '../../../ledger-sync/evidence/bytes.js';
import { buildInclusion } from '../../../ledger-sync/evidence/inclusion.js';
import type { EvidenceRecord } from '../../../ledger-sync/evidence/record.js';
import {
  encodeClaim,
  encodeHandover,
  encodePlain,
  encodeRule,
  type PlainStep,
  type ProvenLeaf,
} from '../../../ledger-sync/shipments/agreement-calls.js';
import { type AgreementTerms, agreementId } from '../../../ledger-sync/shipments/agreement-terms.js';
import { type Handover, handoverDigest } from '../../../ledger-sync/shipments/handover.js';
import { signAsParty } from '../../../ledger-sync/shipments/party-signature.js';
import { type Ruling, rulingDigest } from '../../../ledger-sync/shipments/ruling.js';
import { type AgreementRig, HOUR, type Role } from './agreement-rig.js';
import { LoggedGateway } from './logged-gateway.js';

const GOOD_MILLI_C = 5000;
let transportNumber = 0;

export class Transport {
  /** Unix seconds of the truck; the chain is moved on with it. */
  nowS: number;
  holder: Role = 'consignor';
  step = 0;

  private constructor(
    readonly rig: AgreementRig,
    readonly gateway: LoggedGateway,
    readonly terms: AgreementTerms,
    startS: number,
  ) {
    this.nowS = startS;
  }

  /** Signed by both, not paid. */
  static async created(rig: AgreementRig, change: Partial<AgreementTerms> = {}): Promise<Transport> {
    transportNumber += 1;
    const gateway = new LoggedGateway(`transport ${transportNumber} ${rig.address}`, rig.anchorDomain);
    await rig.register(gateway);
    const terms = await rig.terms(gateway, change);
    await rig.create(terms);
    return new Transport(rig, gateway, terms, await rig.now());
  }

  static async armed(rig: AgreementRig, change: Partial<AgreementTerms> = {}): Promise<Transport> {
    const transport = await Transport.created(rig, change);
    await rig.fund(transport.terms);
    // What the truck did before: a header that the transport begins after.
    transport.drive(5);
    transport.cut();
    return transport;
  }

  /** With the carrier, one header before. */
  static async moving(rig: AgreementRig, change: Partial<AgreementTerms> = {}): Promise<Transport> {
    const transport = await Transport.armed(rig, change);
    await transport.hand('carrier');
    return transport;
  }

  /** Two hours in good order with a header each ten minutes, then handed to the receiver and anchored. */
  static async delivered(
    rig: AgreementRig,
    change: Partial<AgreementTerms> = {},
    onTheWay: (transport: Transport) => void = (transport) => transport.driveCutting(60),
  ): Promise<Transport> {
    const transport = await Transport.moving(rig, change);
    transport.driveCutting(60);
    onTheWay(transport);
    await transport.deliver();
    return transport;
  }

  get id(): string {
    return hexlify(agreementId(this.terms));
  }

  get headers(): readonly SignedBatch[] {
    return this.gateway.headers;
  }

  /** One reading a minute. */
  drive(minutes: number, temperatureMilliC = GOOD_MILLI_C, change: Partial<EvidenceRecord> = {}): void {
    for (let minute = 0; minute < minutes; minute += 1) {
      this.nowS += 60;
      this.record(temperatureMilliC, change);
    }
  }

  /** A reading of the shipment at this moment. */
  record(temperatureMilliC: number, change: Partial<EvidenceRecord> = {}): void {
    const shipment = fromHex(this.terms.shipment.slice(2));
    this.gateway.read(temperatureMilliC, { observedAtMs: this.nowS * 1000, shipment, ...change });
  }

  wait(minutes: number): void {
    this.nowS += minutes * 60;
  }

  cut(change: Partial<BatchMeta> = {}): void {
    this.gateway.cut(change);
  }

  /** A header each ten minutes. */
  driveCutting(minutes: number, temperatureMilliC = GOOD_MILLI_C, change: Partial<BatchMeta> = {}): void {
    for (let left = minutes; left > 0; left -= 10) {
      this.drive(Math.min(10, left), temperatureMilliC);
      this.cut(change);
    }
  }

  async catchUp(): Promise<void> {
    const behind = this.nowS - (await this.rig.now());
    if (behind > 0) await this.rig.pass(behind);
  }

  nextHandover(to: Role, change: Partial<Handover> = {}): Handover {
    return {
      agreement: this.id,
      step: this.step,
      from: this.rig.parties[this.holder].address,
      to: this.rig.parties[to].address,
      size: this.gateway.size,
      atS: this.nowS,
      document: `0x${'cd'.repeat(32)}`,
      deadline: this.nowS + HOUR,
      ...change,
    };
  }

  handoverData(handover: Handover, giver: Role, taker: Role): string {
    const digest = handoverDigest(this.rig.domain, handover);
    const [from, to] = [this.rig.parties[giver], this.rig.parties[taker]];
    return encodeHandover(
      this.terms,
      handover,
      signAsParty(from.signer, digest),
      signAsParty(to.signer, digest),
    );
  }

  async hand(to: Role, change: Partial<Handover> = {}) {
    await this.catchUp();
    const handover = this.nextHandover(to, change);
    const transaction = await this.rig.send(this.handoverData(handover, this.holder, to));
    this.holder = to;
    this.step += 1;
    return transaction;
  }

  /** To the receiver; then the header that covers it, and all headers onto the ledger. */
  async deliver(): Promise<void> {
    await this.hand('receiver');
    this.drive(1);
    this.cut();
    await this.rig.anchorHeaders(this.gateway);
  }

  claimData(firstSeq = 1): string {
    return encodeClaim(this.terms, this.headers.slice(firstSeq - 1));
  }

  claim(firstSeq = 1) {
    return this.rig.send(this.claimData(firstSeq));
  }

  /** Under the header with that sequence. */
  proven(index: number, seq = this.headers.length): ProvenLeaf {
    const size = this.headers[seq - 1]?.meta.size ?? 0;
    const { log } = this.gateway;
    return { leaf: this.gateway.leaf(index), index, path: buildInclusion(index, size, log) };
  }

  plain(step: PlainStep, role: Role | 'relay' = 'relay', valueWei = 0n) {
    const wallet = role === 'relay' ? this.rig.relay : this.rig.parties[role].wallet;
    return this.rig.send(encodePlain(step, this.terms), wallet, valueWei);
  }

  /** With the bond, in coins. */
  dispute(role: Role) {
    return this.plain('dispute', role, BigInt(this.terms.bond));
  }

  async ruleData(outS: number, change: Partial<Ruling> = {}, role: Role = 'quality'): Promise<string> {
    const deadline = (await this.rig.now()) + HOUR;
    const ruling = { agreement: this.id, outS, document: `0x${'e1'.repeat(32)}`, deadline, ...change };
    const digest = rulingDigest(this.rig.domain, ruling);
    return encodeRule(this.terms, ruling, signAsParty(this.rig.parties[role].signer, digest));
  }

  async rule(outS: number, change: Partial<Ruling> = {}, role: Role = 'quality') {
    return this.rig.send(await this.ruleData(outS, change, role));
  }

  state(): Promise<number> {
    return this.rig.state(this.terms);
  }

  /** What payee and payer may take out in the agreement's asset. */
  async credits(): Promise<readonly [payee: bigint, payer: bigint]> {
    const { asset, payee, payer } = this.terms;
    return [await this.rig.credit(asset, payee), await this.rig.credit(asset, payer)];
  }
}
