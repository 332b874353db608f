// The third act: a pack that nobody made, a pack that is copied, and a lot that is called back.

import { FALSE_SERIAL, good, LOT, packEpc, packLabel } from './goods.js';
import type { LotDesk } from './lot.js';
import type { Stage } from './stage.js';
import { must } from './story.js';

const [dispensed, next] = good;

export async function tellOfCounterfeit(stage: Stage, desk: LotDesk): Promise<void> {
  const { story, truck, config, cast, alerts } = stage;
  story.chapter('A counterfeit');
  truck.show(packEpc(FALSE_SERIAL));
  const suspect = await story.until('the false pack is an alert', () =>
    alerts().find(({ source, matter }) => source === 'authenticity' && matter.verdict === 'suspect'),
  );
  story.tell(
    'A pack with a serial that its maker never made is read, and is suspect at once.',
    `/alerts/${suspect.id}`,
  );
  await story.coldgate('serials', 'ask', packLabel(FALSE_SERIAL), '-c', config);
  const answered = await story.until('the question about it is answered', async () => {
    const { output } = await story.asked(['serials', 'asked', '-c', config]);
    return output.includes('PENDING') ? undefined : output;
  });
  must(answered.includes('NOT VERIFIED'), `the pack is not verified: ${answered}`);
  story.tell(
    'Asked in the words of the DSCSA, the truck answers that it is not verified.',
    `/trace?of=${encodeURIComponent(packLabel(FALSE_SERIAL))}`,
  );
  const card = await desk.card(dispensed);
  await story.coldgate(...desk.verify(card));
  const dispense = (place: string) => ['serials', 'dispense', card, '--place', place, ...desk.node];
  await story.coldgate(...dispense('pharmacy at the bridge, till 3'), ...cast.as('pharmacy'));
  await story.refused(/DISPENSED|dispensed/, ...dispense('market stall'), ...cast.as('other-pharmacy'));
  story.tell(
    'A genuine pack is handed to a patient, once: when its copy is handed out elsewhere, the ledger shows both places.',
    `/trace?of=${encodeURIComponent(packLabel(dispensed))}`,
  );
}

export async function tellOfRecall(stage: Stage, desk: LotDesk): Promise<void> {
  const { story, truck, cast, file, alerts } = stage;
  story.chapter('A recall');
  const recall = ['serials', 'recall', file('lot-key.json'), '--reason', 'sterility', ...desk.node];
  await story.coldgate(...recall, ...cast.as('maker'));
  story.tell(`The maker calls lot ${LOT} back, in one transaction.`);
  truck.show(packEpc(next));
  const recalled = await story.until('the next read is an alert', () =>
    alerts().find(({ source, matter }) => source === 'authenticity' && matter.verdict === 'recalled'),
  );
  await story.refused(/RECALLED/, ...desk.verify(await desk.card(next)));
  story.tell(
    'The truck knows with the next read of a pack, and so does whoever asks the ledger.',
    `/alerts/${recalled.id}`,
  );
}
