// Gas that serials cost, read from receipts of a local chain: a lot of 100,000 packs, so paths of 17 hashes. Only the
// leaves that are used are true ones; the others cost the same.

import { fromHex, toHex } from '../../ledger-sync/evidence/bytes.js';
import { nodeHash } from '../../ledger-sync/evidence/merkle.js';
import { CommissionedLot } from '../../ledger-sync/serials/commissioned-lot.js';
import type { PackCard } from '../../ledger-sync/serials/pack-card.js';
import { startAnvil } from '../ledger-sync/anvil.js';
import { deployProbe } from '../ledger-sync/contracts/contract-probe.js';
import { id, lotFileOf, SerialsRig } from '../ledger-sync/serials/serials-rig.js';
import type { Figure } from './anchor-gas.js';

const DEPTH = 17;
const SIZE = 2 ** DEPTH;

export async function serialsFigures(): Promise<Figure[]> {
  const anvil = await startAnvil();
  try {
    const rig = await SerialsRig.deploy(anvil);
    const gas = async (figure: string, data: string): Promise<Figure> => {
      const { gasUsed } = await rig.chain.send(data);
      return { figure: `serials.${figure}`, value: Number(gasUsed), unit: 'gas' };
    };
    const { lot, cards, root } = deepLot(rig);
    const more = { root, size: SIZE };
    const [first, second, , , fifth] = cards;
    if (!first || !second || !fifth) throw new Error('too few cards');
    const path = (first?.path ?? []).map((hash) => `0x${hash}`);
    const ask = await deployProbe(anvil);
    const leaf = id('a leaf');
    const asked = async (figure: string, name: string, ...values: readonly unknown[]): Promise<Figure> => ({
      ...{ figure: `serials.${figure}`, value: Number(await ask(name, ...values)), unit: 'gas' },
    });
    return [
      // The same path in the two trees that could have been chosen.
      await asked('gasPath', 'gasOfInclusion', leaf, 0, SIZE, path),
      await asked('gasPathSortedPairs', 'gasOfSortedPairs', leaf, path),
      await gas('gasCommission', rig.commissionData(lot, rig.maker, more)),
      // Storage slots of the bit and of the place are new, then one of them, then neither.
      await gas('gasDispenseFirstOfLot', rig.dispenseData(first, 'a')),
      await gas('gasDispense', rig.dispenseData(second, 'b')),
      await gas('gasDispenseNewPlaceSlot', rig.dispenseData(fifth, 'c')),
      await gas('gasDuplicate', rig.dispenseData(second, 'd', rig.other)),
      await gas('gasRecall', rig.recallData(lot, true, 0)),
      await gas('gasLift', rig.recallData(lot, false, 1)),
      await gas('gasDecommission256', rig.decommissionData(lot, 9, 2n ** 256n - 1n)),
    ];
  } finally {
    await anvil.stop();
  }
}

/** Five true packs at the left of a full tree; each further sibling is some hash. */
function deepLot(rig: SerialsRig): { lot: CommissionedLot; cards: PackCard[]; root: string } {
  const lot = new CommissionedLot(lotFileOf(8));
  const siblings = Array.from({ length: DEPTH - 3 }, (_, level) => fromHex(id(`sibling ${level}`)));
  const root = siblings.reduce((hash, sibling) => nodeHash(hash, sibling), lot.tree.root);
  const cards = lot.file.packs.slice(0, 5).map(({ serial }) => {
    const card = lot.card(serial, rig.place);
    return { ...card, size: SIZE, path: [...card.path, ...siblings.map(toHex)] };
  });
  return { lot, cards, root: `0x${toHex(root)}` };
}
