// By whom, and since when. What the file only claims is called a claim.

import type { Judged } from '../judged-file.js';
import type { Messages } from '../messages-en.js';
import type { Words } from '../shown-words.js';

interface FactsProps {
  readonly judged: Judged;
  readonly fileName: string;
  readonly fileHash: string;
  readonly messages: Messages;
  readonly words: Words;
}

export function Facts({ judged, fileName, fileHash, messages, words }: FactsProps) {
  const { facts } = messages;
  const { gateway, records, firstSequence, lastSequence, firstObservedAtMs, lastObservedAtMs } =
    judged.verification;
  const { temperatureMinMilliC: least, temperatureMaxMilliC: greatest } = judged.verification;
  const rows: (readonly [string, preact.ComponentChildren])[] = [
    [facts.gateway, <Gateway key="gateway" judged={judged} gateway={gateway} messages={messages} />],
    [
      facts.records,
      messages.recordsRange(words.count(records), words.count(firstSequence), words.count(lastSequence)),
    ],
    [facts.observed, messages.from(words.time(firstObservedAtMs), words.time(lastObservedAtMs))],
    [facts.signed, signedWords(judged, messages, words)],
    [facts.included, ledgerWords(judged, messages, words)],
    ...(least === undefined
      ? []
      : [[facts.temperature, messages.from(words.degrees(least), words.degrees(greatest))] as const]),
    [facts.file, `${fileName} · ${messages.kinds[judged.kind]}`],
    [
      facts.fileHash,
      <span key="hash" class="code">
        {fileHash}
      </span>,
    ],
  ];
  return (
    <section class="facts">
      <h3>{messages.factsHeading}</h3>
      <dl>
        {rows.map(([term, value]) => (
          <div key={term}>
            <dt>{term}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function Gateway({ judged, gateway, messages }: { judged: Judged; gateway: string; messages: Messages }) {
  const pin = judged.verification.checks.find(({ name }) => name === 'gateway')?.outcome;
  const said = { proven: messages.match, failed: messages.mismatch, 'not-proven': messages.noPin } as const;
  return (
    <>
      <span class="code">{gateway}</span> {pin && <span class={`pin ${pin}`}>{said[pin]}</span>}
    </>
  );
}

function signedWords({ head }: Judged, messages: Messages, words: Words): string {
  if (!head) return '–';
  if (head.kind === 'checkpoint')
    return messages.signedCheckpoint(words.count(head.size), words.time(head.timeMs));
  return messages.signedHeader(words.count(head.meta.seq), words.count(head.meta.size), String(head.chainId));
}

function ledgerWords(
  { head, anchor, block, verification }: Judged,
  messages: Messages,
  words: Words,
): string {
  if (head?.kind !== 'batch') return messages.ledgerNone;
  if (block && verification.verdict === 'proven')
    return messages.ledgerProven(words.count(block.number), words.time(block.timeMs));
  if (anchor) return messages.ledgerClaim(words.count(anchor.blockNumber), words.time(anchor.blockTimeMs));
  return messages.ledgerNotAsked;
}
