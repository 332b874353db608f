// What came out, from the light down to the records.

import { useEffect, useRef } from 'preact/hooks';
import type { Check } from '../../../ledger-sync/evidence/verify-check.js';
import type { Answer } from '../dialogue.js';
import type { Light } from '../judged-file.js';
import type { Messages } from '../messages-en.js';
import type { Words } from '../shown-words.js';
import { Checks } from './checks.js';
import { Excursions } from './excursions.js';
import { Facts } from './facts.js';
import { ReadingsChart } from './readings-chart.js';
import { RecordsTable } from './records-table.js';

type Judgement = Exclude<Answer, { kind: 'rows' }> & { readonly fileName: string };

export type Outcome = { readonly kind: 'nothing' | 'working' | 'stopped' | 'too-large' } | Judgement;

interface ResultProps {
  readonly outcome: Outcome;
  readonly messages: Messages;
  readonly words: Words;
  readonly rows: Extract<Answer, { kind: 'rows' }> | undefined;
  readonly onStop: () => void;
  readonly onRows: (from: number, count: number) => void;
}

/** Kind and file of the outcome stand in the page, so that a program that drives it can wait for them. */
export function Result(props: ResultProps) {
  const { outcome, messages, onStop } = props;
  return (
    <section
      class="result"
      data-outcome={outcome.kind}
      data-file={'fileHash' in outcome ? outcome.fileHash : undefined}
    >
      <div role="status">
        {outcome.kind === 'working' && <p class="working">{messages.working}</p>}
        {outcome.kind === 'stopped' && <p>{messages.stopped}</p>}
        {outcome.kind === 'too-large' && <p>{messages.tooLarge}</p>}
        {outcome.kind === 'broken' && (
          <p>
            {messages.broken} <span lang="en">({outcome.message})</span>
          </p>
        )}
      </div>
      {outcome.kind === 'working' && (
        <button type="button" onClick={onStop}>
          {messages.cancel}
        </button>
      )}
      {outcome.kind === 'refused' && <RefusedFile outcome={outcome} messages={messages} />}
      {outcome.kind === 'judged' && <JudgedFile {...props} outcome={outcome} />}
    </section>
  );
}

const signs: Record<Light, string> = { green: '✓', amber: '!', red: '✗' };

interface VerdictProps {
  readonly light: Light;
  readonly verdict: string;
  readonly title: string;
  readonly messages: Messages;
  readonly reasons: readonly string[];
}

function Verdict({ light, verdict, title, messages, reasons }: VerdictProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  // Whoever hears the page is told at once, and goes on reading from here.
  useEffect(() => heading.current?.focus(), []);
  return (
    <div class={`verdict ${light}`} data-light={light} data-verdict={verdict}>
      <span class="sign" aria-hidden="true">
        {signs[light]}
      </span>
      <div>
        <h2 tabIndex={-1} ref={heading}>
          <span class="light-name">{messages.lightNames[light]}:</span> {title}
        </h2>
        {reasons.length > 0 && (
          <>
            {light === 'amber' && verdict !== 'refused' && <p>{messages.openPoints}</p>}
            <ul>
              {reasons.map((reason) => (
                <li key={reason}>{reason}</li>
              ))}
            </ul>
          </>
        )}
      </div>
    </div>
  );
}

function RefusedFile({
  outcome,
  messages,
}: {
  outcome: Extract<Judgement, { kind: 'refused' }>;
  messages: Messages;
}) {
  const { light, code, message } = outcome.refused;
  const isSealed = light === 'amber';
  return (
    <>
      <Verdict
        key={outcome.fileHash}
        light={light}
        verdict="refused"
        title={isSealed ? messages.sealed : messages.lights.red}
        messages={messages}
        reasons={[isSealed ? messages.sealedHint : messages.notEvidence]}
      />
      <p>
        {messages.exactly}:{' '}
        <span lang="en">
          {message} [{code}]
        </span>
      </p>
      <p>{outcome.fileName}</p>
      <p class="code">{outcome.fileHash}</p>
    </>
  );
}

function JudgedFile({
  outcome,
  messages,
  words,
  rows,
  onRows,
}: ResultProps & { outcome: Extract<Judgement, { kind: 'judged' }> }) {
  const { judged, contents, fileName, fileHash } = outcome;
  const { light, verification } = judged;
  const { checks } = verification;
  const isBundle = judged.kind.startsWith('bundle');
  const said = ({ name, outcome: came }: Check) => messages.checks[name][came];
  const reasons =
    light === 'red'
      ? checks.filter((check) => check.outcome === 'failed').map(said)
      : checks
          .filter((check) => check.outcome === 'not-proven' && ['gateway', 'ledger'].includes(check.name))
          .map(said);
  return (
    <>
      <Verdict
        key={`${fileHash} ${light} ${reasons.join()}`}
        light={light}
        verdict={verification.verdict}
        title={(isBundle ? messages.lights : messages.lightsOfRecord)[light]}
        messages={messages}
        reasons={reasons}
      />
      {light === 'red' && <p>{messages.hidden}</p>}
      <button type="button" class="print" onClick={() => print()}>
        {messages.printPage}
      </button>
      <Facts judged={judged} fileName={fileName} fileHash={fileHash} messages={messages} words={words} />
      <Checks checks={checks} messages={messages} />
      {contents && (
        <>
          <ReadingsChart contents={contents} messages={messages} words={words} />
          <Excursions contents={contents} messages={messages} words={words} />
          <RecordsTable
            total={contents.records}
            rows={rows}
            messages={messages}
            words={words}
            onRows={onRows}
          />
        </>
      )}
    </>
  );
}
