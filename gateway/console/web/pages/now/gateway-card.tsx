// How the gateway itself stands: does it run, is its clock right, is its disk large enough, what has not left it yet, and
// what is on the ledger.

import type { GatewayNow } from '../../../api/now.js';
import { isHeard } from '../../net/live.js';
import { Chip } from '../../parts/chip.js';
import { type Fact, Facts } from '../../parts/facts.js';
import { FindingNotice } from '../../parts/finding-notice.js';
import { Moment } from '../../parts/moment.js';
import { Notice } from '../../parts/notice.js';
import { t, tCount } from '../../words/language.js';
import { showBytes, showCount } from '../../words/shown.js';

/** Below this a person should look: a day of readings and what SQLite needs around them. */
const FEW_FREE_BYTES = 500_000_000;

function Clock({ clockTrust: trust, clockSource: source }: Pick<GatewayNow, 'clockTrust' | 'clockSource'>) {
  const tone = trust === 'synchronised' ? 'ok' : trust === 'holdover' ? 'warn' : 'bad';
  const by = source === null || source === 'configured' ? '' : ` (${source.toUpperCase()})`;
  return <Chip tone={tone} icon={tone === 'ok' ? 'ok' : 'clock'} words={`${t(`clock.${trust}`)}${by}`} />;
}

function Running({ isRunning }: { isRunning: boolean | null }) {
  if (isRunning === null) return <Chip tone="unknown" words={t('gateway.running-unknown')} />;
  return isRunning ? (
    <Chip tone="ok" words={t('gateway.running')} />
  ) : (
    <Chip tone="bad" words={t('gateway.not-running')} />
  );
}

/** Broker and receiver names are the operator's; the word before the colon says what kind of receiver it is. */
function sinkFact({ sink, waitingRecords }: GatewayNow['sinks'][number]): Fact {
  return [
    sink,
    waitingRecords === 0 ? (
      <Chip tone="ok" words={t('sink.all-told')} />
    ) : (
      <span class="number">{tCount('sink.waiting', waitingRecords)}</span>
    ),
  ];
}

function ledgerFacts(ledger: NonNullable<GatewayNow['ledger']>, records: number): Fact[] {
  const { isRegistered, signedSeq, includedSeq, finalizedSeq, anchoredRecords } = ledger;
  const standing =
    isRegistered === false ? (
      <Chip tone="warn" words={t('ledger.not-registered')} />
    ) : signedSeq === includedSeq ? (
      <Chip tone="ok" words={t('ledger.all-anchored')} />
    ) : (
      <Chip tone="plain" icon="clock" words={tCount('ledger.on-their-way', signedSeq - includedSeq)} />
    );
  return [
    [t('ledger.state'), standing],
    [
      t('ledger.anchored'),
      t('ledger.of', { anchored: showCount(anchoredRecords), records: showCount(records) }),
    ],
    [
      t('ledger.final'),
      finalizedSeq === null ? t('value.unknown') : t('ledger.batch', { number: finalizedSeq }),
    ],
  ];
}

export function GatewayCard({ gateway }: { gateway: GatewayNow }) {
  const { records, lastCheckpoint, clockTrust, clockSource, disk, sinks, ledger, isRunning } = gateway;
  const { problems, findings } = gateway;
  const isFull = disk !== null && disk.freeBytes < FEW_FREE_BYTES;
  return (
    <section class="card stack" aria-labelledby="gateway-title">
      <h2 id="gateway-title">{t('gateway.title')}</h2>
      {findings.map((finding) => (
        <FindingNotice key={finding.id} finding={finding} />
      ))}
      {problems
        .filter(({ role }) => role === 'console')
        .map(({ role, code, message, hint }) => (
          <Notice key={`${role} ${code}`} tone="bad" title={message}>
            <p>{hint}</p>
            <p class="soft small code">{`[${code}] ${role}`}</p>
          </Notice>
        ))}
      <Facts
        facts={[
          [t('gateway.state'), <Running key="running" isRunning={isHeard.value ? isRunning : null} />],
          [t('gateway.clock'), <Clock key="clock" clockTrust={clockTrust} clockSource={clockSource} />],
          disk === null
            ? undefined
            : [
                t('gateway.disk'),
                <span key="disk" class="row">
                  {isFull ? <Chip tone="bad" icon="disk" words={t('gateway.disk-full')} /> : null}
                  {t('gateway.disk-free', {
                    free: showBytes(disk.freeBytes),
                    total: showBytes(disk.totalBytes),
                  })}
                </span>,
              ],
          [
            t('gateway.records'),
            <span key="records" class="number">
              {showCount(records)}
            </span>,
          ],
          lastCheckpoint === null
            ? undefined
            : [t('gateway.signed'), <Moment key="signed" atMs={lastCheckpoint.atMs} detail="full" />],
        ]}
      />
      {sinks.length === 0 ? null : (
        <>
          <h3>{t('sink.title')}</h3>
          <Facts facts={sinks.map(sinkFact)} />
        </>
      )}
      <h3>{t('ledger.title')}</h3>
      {ledger === null ? (
        <p class="soft">{t('ledger.none')}</p>
      ) : (
        <Facts facts={ledgerFacts(ledger, records)} />
      )}
      <p class="soft small code">
        {t('gateway.identity', { address: gateway.address, version: gateway.version })}
      </p>
    </section>
  );
}
