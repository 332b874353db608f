// What the gateway role says of itself: its start, as a record; a journal that the ledger has outgrown, as a log line.

import type { Logger } from 'pino';
import type { Arrival } from '../firmware-bridge/observation.js';
import { recordKinds } from '../ledger-sync/evidence/record.js';
import { draftOf, type RecordContext } from './intake/record-mapper.js';
import { packageVersion } from './package-version.js';

/**
 * The log says when the gateway role began, and with which software.
 * @param configuration SHA-256 of the configuration file, hexadecimal, where there is one
 */
export function startRecord(context: RecordContext, at: Arrival, configuration: string | undefined) {
  return draftOf(context, {
    at,
    kind: recordKinds.operatorAction,
    subjectName: 'gateway',
    detail: {
      type: 'gateway-started',
      version: packageVersion(),
      ...(configuration === undefined ? {} : { configuration }),
    },
  });
}

/**
 * A head that this journal did not make: a restored card, or an endpoint that lies. No header is cut meanwhile, but
 * readings go on: nobody on the network may stop them.
 */
export function outgrownOnce(log: Logger) {
  let said = -1;
  return ({ ledgerSeq, journalSeq }: { ledgerSeq: number; journalSeq: number }) => {
    if (said === ledgerSeq) return;
    said = ledgerSeq;
    log.error(
      {
        code: 'JOURNAL_OUTGROWN',
        hint: 'bring back the newest journal; if this is the newest, check the RPC endpoint',
      },
      `the contract holds header ${ledgerSeq} of this gateway, which this journal did not make (it made ${journalSeq}); none is cut`,
    );
  };
}

/** At the end of the role: what is lost with this process, unless its sender keeps it. */
export function sayUnwritten(log: Logger, records: number): void {
  if (records === 0) return;
  log.warn(
    {
      code: 'RECORDS_UNWRITTEN',
      hint: 'sensors that keep what is not acknowledged send it again',
      records,
    },
    'the role ends with records that could not be written and were not acknowledged',
  );
}
