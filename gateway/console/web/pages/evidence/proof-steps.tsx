// How far the chosen records have come: signed by the gateway, sent, included in a block, safe, final. A step that nobody can tell of is
// not known, never done.

import type { EvidenceState } from '../../../api/evidence.js';
import { Chip } from '../../parts/chip.js';
import { type Fact, Facts } from '../../parts/facts.js';
import { Moment } from '../../parts/moment.js';
import { t } from '../../words/language.js';
import { showCount } from '../../words/shown.js';

export function ProofSteps({ state }: { state: EvidenceState }) {
  const { firstSequence, lastSequence, records, checkpoint, ledger } = state;
  const header = ledger?.header;
  const facts: (Fact | undefined)[] = [
    [
      t('evidence.records'),
      t('evidence.records-range', {
        count: showCount(records),
        first: showCount(firstSequence),
        last: showCount(lastSequence),
      }),
    ],
    [
      t('evidence.signed'),
      <>
        <Step done={checkpoint.size > lastSequence ? records : 0} of={records} />{' '}
        {t('evidence.signed-by', { size: showCount(checkpoint.size) })} <Moment atMs={checkpoint.atMs} />
      </>,
    ],
    ledger === null
      ? undefined
      : [t('evidence.sent'), <Step key="sent" done={ledger.sentRecords} of={records} />],
    ledger === null
      ? [t('evidence.included'), t('evidence.no-ledger')]
      : [
          t('evidence.included'),
          <>
            <Step done={ledger.anchoredRecords} of={records} />{' '}
            {header ? (
              <>
                {t('evidence.header', { seq: showCount(header.seq), block: showCount(header.blockNumber) })}{' '}
                <Moment atMs={header.blockTimeMs} />
              </>
            ) : null}
          </>,
        ],
    ledger === null
      ? undefined
      : [t('evidence.safe'), <Step key="safe" done={ledger.safeRecords} of={records} />],
    ledger === null
      ? undefined
      : [t('evidence.final'), <Step key="final" done={ledger.finalizedRecords} of={records} />],
    header
      ? [
          t('evidence.transaction'),
          <span key="tx" class="code">
            {header.transactionHash}
          </span>,
        ]
      : undefined,
    ledger === null
      ? undefined
      : [
          t('evidence.contract'),
          <span key="contract" class="code">
            {t('evidence.contract-of', { contract: ledger.contract, chain: String(ledger.chainId) })}
          </span>,
        ],
  ];
  return <Facts facts={facts} />;
}

function Step({ done, of }: { done: number | null; of: number }) {
  if (done === null) return <Chip tone="unknown" words={t('value.unknown')} />;
  if (done >= of) return <Chip tone="ok" words={t('evidence.all')} />;
  if (done === 0) return <Chip tone="warn" words={t('evidence.not-yet')} />;
  return <Chip tone="warn" words={t('evidence.some', { done: showCount(done), of: showCount(of) })} />;
}
