// The answer in words and a sign, never in colour alone.

import type { ColdState, PackList } from '../../../ledger-sync/serials/pack-list.js';
import type { Messages } from '../messages-en.js';
import { ageDaysOf, FRESH_DAYS, type PackAnswer, type PackVerdict } from '../pack-answer.js';

type Tone = 'good' | 'open' | 'bad';

const signs: Readonly<Record<Tone, string>> = { good: '\u2713', open: '?', bad: '\u2717' };
const verdictTones: Readonly<Record<PackVerdict, Tone>> = {
  genuine: 'good',
  dispensed: 'open',
  expired: 'bad',
  recalled: 'bad',
  decommissioned: 'bad',
  unknown: 'bad',
};
const coldTones: Readonly<Record<ColdState, Tone>> = {
  kept: 'good',
  'excursion-released': 'open',
  holes: 'open',
  'no-record': 'open',
  excursion: 'bad',
  rejected: 'bad',
};
const coldKeys = {
  kept: 'kept',
  'excursion-released': 'excursionReleased',
  holes: 'holes',
  'no-record': 'noRecord',
  excursion: 'excursion',
  rejected: 'rejected',
} as const satisfies Record<ColdState, keyof Messages>;

function Said({ tone, title, means, kind }: { tone: Tone; title: string; means: string; kind: string }) {
  return (
    <div class={`answer ${tone}`} data-kind={kind}>
      <p class="big">
        <span aria-hidden="true">{signs[tone]}</span> {title}
      </p>
      <p>{means}</p>
    </div>
  );
}

export function Answer({ answer, words }: { answer: PackAnswer; words: Messages }) {
  if (answer.kind === 'unreadable') {
    return <Said tone="open" title={words.unreadable} means={answer.reason} kind="unreadable" />;
  }
  if (answer.kind === 'incomplete') {
    const missing = answer.missing.map((field) => words[field]).join(', ');
    return (
      <Said tone="open" title={words.unreadable} means={`${words.incomplete} ${missing}`} kind="incomplete" />
    );
  }
  const { verdict, cold } = answer;
  return (
    <>
      <Said
        tone={verdictTones[verdict]}
        title={words[verdict]}
        means={words[`${verdict}Means`]}
        kind={verdict}
      />
      {cold === undefined ? null : (
        <>
          <h2>{words.cold}</h2>
          <Said
            tone={coldTones[cold]}
            title={words[coldKeys[cold]]}
            means={words[`${coldKeys[cold]}Means`]}
            kind={cold}
          />
        </>
      )}
    </>
  );
}

export function AsOf({ list, words }: { list: PackList; words: Messages }) {
  const days = ageDaysOf(list, Date.now());
  const date = new Date(list.madeAtMs).toLocaleString(words.language === 'de' ? 'de-DE' : 'en-GB', {
    dateStyle: 'long',
    timeStyle: 'short',
  });
  return (
    <footer>
      <p>{words.asOf.replace('{date}', date)}</p>
      {days <= FRESH_DAYS ? null : (
        <p class="answer open" data-kind="old">
          {words.old.replace('{days}', String(days))}
        </p>
      )}
      <p>{words.limits}</p>
    </footer>
  );
}
