// What a patient is told: the page is made by the maker's desk from the ledger and the reports of both shipments, and asked by the code
// that runs in the browser.

import { readFileSync } from 'node:fs';
import { openPackList } from '../../../ledger-sync/serials/pack-list.js';
import { answerOf } from '../../pack-page/pack-answer.js';
import { WARM } from './disputed-shipment.js';
import { GOOD } from './good-shipment.js';
import { FALSE_SERIAL, good, LOT, SERIALS, warm, wholeLabel } from './goods.js';
import type { LotDesk } from './lot.js';
import type { Stage } from './stage.js';
import { must } from './story.js';

/** Cheaper than the default, for a demo. */
const ITERATIONS = '100000';

export async function tellOfPatient(stage: Stage, desk: LotDesk): Promise<void> {
  const { story, cast, file, config } = stage;
  story.chapter('At the kitchen table');
  const reports: string[] = [];
  for (const id of [GOOD, WARM]) {
    const report = file(`${id}-report.json`);
    await story.coldgate('report', id, '-c', config, '-o', report);
    reports.push('--report', report);
  }
  const page = file('packs.html');
  await story.coldgate(
    ...['serials', 'page', file('lot.json'), ...reports, '--iterations', ITERATIONS, '-o', page],
    ...[...desk.node, ...cast.as('maker')],
  );
  const html = readFileSync(page, 'utf8');
  const [, text = ''] = /id="pack-list">(.*?)<\/script>/s.exec(html) ?? [];
  for (const word of [
    ...SERIALS.map((serial) => `(21)${serial}`),
    LOT,
    GOOD,
    WARM,
    'Example Pharma',
    'Cold Lines',
  ]) {
    must(!text.includes(word), `the list does not tell ${word}`);
  }
  const list = openPackList(text);
  const answers = async (serial: string, verdict: string, cold: string | undefined) => {
    const answer = await answerOf(wholeLabel(serial), list, Date.now());
    const isSo = answer.kind === 'answer' && answer.verdict === verdict && answer.cold === cold;
    must(isSo, `the page says ${verdict}, ${cold} of ${serial}, not ${JSON.stringify(answer)}`);
  };
  await answers(good[0], 'dispensed', 'kept');
  await answers(good[1], 'genuine', 'kept');
  await answers(warm[0], 'genuine', 'excursion');
  await answers(FALSE_SERIAL, 'unknown', undefined);
  story.tell(
    'The patient reads the code of the pack into a page without network: genuine, handed out once, and kept cold all the way.',
  );
  story.tell(
    `A pack of the warm shipment is genuine and was not kept cold, and the false one is unknown. The page is ${page}.`,
  );
}
