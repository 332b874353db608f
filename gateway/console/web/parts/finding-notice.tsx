// What is wrong with the gateway itself, in its own words: what, since when, and what mends it.

import type { FindingNow } from '../../api/now.js';
import { Moment } from './moment.js';
import { Notice } from './notice.js';

const tones = { notice: 'plain', warning: 'warn', critical: 'bad' } as const;

export function FindingNotice({ finding }: { finding: FindingNow }) {
  const { id, severity, sinceMs, what, whatToDo } = finding;
  return (
    <Notice tone={tones[severity]} title={what}>
      <p>{whatToDo}</p>
      <p class="soft small">
        <Moment atMs={sinceMs} detail="full" /> <span class="code">{`[${id}]`}</span>
      </p>
    </Notice>
  );
}
