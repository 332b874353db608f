// The serials contract on a local chain, with a maker, two pharmacies and an authority that sign, and one account that
// carries and pays for all of them: nobody who signs needs money.

import { hexlify } from 'ethers/utils';
import { fromHex, toHex } from '../../../ledger-sync/evidence/bytes.js';
import { keccakUtf8 } from '../../../ledger-sync/evidence/keccak.js';
import { sha256 } from '../../../ledger-sync/evidence/sha256.js';
import { SoftwareSigner } from '../../../ledger-sync/evidence/signer.js';
import { CommissionedLot } from '../../../ledger-sync/serials/commissioned-lot.js';
import type { LotFile } from '../../../ledger-sync/serials/lot-file.js';
import { packPrivateKeyOf } from '../../../ledger-sync/serials/lot-keys.js';
import { type PackCard, proofOf } from '../../../ledger-sync/serials/pack-card.js';
import {
  commissionCall,
  decommissionCall,
  dispenseCall,
  recallCall,
  SerialsContract,
} from '../../../ledger-sync/serials/serials-contract.js';
import {
  type SerialsRequestName,
  type SerialsRequests,
  serialsDigest,
  signSerials,
} from '../../../ledger-sync/serials/serials-requests.js';
import type { Anvil } from '../anvil.js';
import { ContractRig } from '../contracts/contract-rig.js';

export const signerNamed = (name: string) => new SoftwareSigner(sha256(new TextEncoder().encode(name)));
export const addressText = ({ address }: SoftwareSigner) => `0x${toHex(address)}`;

/** 0x hex of the Keccak hash of a text: what roles are named by, and any 32 bytes. */
export const id = (text: string) => `0x${toHex(keccakUtf8(text))}`;

/** Far from every test's clock. */
const FAR = 4_000_000_000;

export function lotFileOf(size: number, more: Partial<LotFile> = {}): LotFile {
  return {
    ...{ format: 'coldgate-lot', version: 1, gtin: '09521234543213', lot: 'LOT7', expiry: '2029-12-31' },
    secret: toHex(sha256(new TextEncoder().encode(`lot of ${size}`))),
    packs: Array.from({ length: size }, (_, index) => ({ serial: String(100_000 + index * 7) })),
    ...more,
  };
}

export class SerialsRig {
  readonly maker = signerNamed('maker');
  readonly pharmacy = signerNamed('pharmacy');
  readonly other = signerNamed('other pharmacy');
  readonly authority = signerNamed('authority');
  readonly contract: SerialsContract;

  private constructor(readonly chain: ContractRig) {
    this.contract = new SerialsContract(chain.rpc, chain.address);
  }

  static async deploy(anvil: Anvil): Promise<SerialsRig> {
    const rig = new SerialsRig(await ContractRig.deploy(anvil, 'serials'));
    const roles: [string, SoftwareSigner][] = [
      ['MAKER_ROLE', rig.maker],
      ['PHARMACY_ROLE', rig.pharmacy],
      ['PHARMACY_ROLE', rig.other],
      ['AUTHORITY_ROLE', rig.authority],
    ];
    for (const [role, who] of roles) await rig.chain.do('grantRole', id(role), addressText(who));
    return rig;
  }

  get place() {
    return { chainId: 31337, contract: this.chain.address, maker: addressText(this.maker) };
  }

  async commission(file: LotFile, maker = this.maker): Promise<CommissionedLot> {
    const lot = new CommissionedLot(file);
    await this.chain.send(this.commissionData(lot, maker));
    return lot;
  }

  commissionData(
    lot: CommissionedLot,
    maker = this.maker,
    more: Partial<SerialsRequests['Commission']> = {},
  ) {
    const request = { ...nameOf(lot, maker), root: hexlify(lot.tree.root), size: lot.tree.size, ...more };
    return commissionCall(request, this.sign(maker, 'Commission', request));
  }

  recallData(
    lot: CommissionedLot,
    isRecalled: boolean,
    change: number,
    by = this.maker,
    more: Partial<SerialsRequests['Recall']> = {},
  ) {
    const reason = id('why');
    const request = {
      ...nameOf(lot, this.maker),
      ...{ isRecalled, change, by: addressText(by), reason },
      ...more,
    };
    return recallCall(request, this.sign(by, 'Recall', request));
  }

  decommissionData(lot: CommissionedLot, word: number, packs: bigint, by = this.maker) {
    const request = { ...nameOf(lot, this.maker), word, packs };
    return decommissionCall(request, this.sign(by, 'Decommission', request));
  }

  /** @param key signs as the pack; by default the secret of the card */
  dispenseData(
    card: PackCard,
    placeName: string,
    pharmacy = this.pharmacy,
    more: Partial<SerialsRequests['Dispense']> = {},
    key = new SoftwareSigner(packPrivateKeyOf(fromHex(card.secret ?? ''))),
  ) {
    const request = {
      ...{ maker: card.maker, lot: `0x${card.lotId}`, index: card.index, deadline: FAR },
      ...{ pharmacy: addressText(pharmacy), place: id(placeName) },
      ...more,
    };
    const digest = serialsDigest(this.chain.domain, 'Dispense', request);
    return dispenseCall(request, proofOf(card), this.sign(pharmacy, 'Dispense', request), key.sign(digest));
  }

  standing(card: PackCard) {
    return this.contract.verify({ maker: card.maker, lot: card.lotId }, proofOf(card), 'latest');
  }

  sign<Name extends SerialsRequestName>(who: SoftwareSigner, name: Name, request: SerialsRequests[Name]) {
    return signSerials(who, this.chain.domain, name, request);
  }
}

function nameOf(lot: CommissionedLot, maker: SoftwareSigner) {
  return { maker: addressText(maker), lot: `0x${lot.lotId}`, deadline: FAR };
}
