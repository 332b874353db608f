// `coldgate serials ask`, `asked` and `respond`: questions about packs in the words of the DSCSA, asked of this gateway, and
// answered by it to others.

import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { loadConfig } from '../../config/load.js';
import { KnownSerials } from '../authenticity/known-serials.js';
import type { SerialsKnowledge } from '../authenticity/serials-knowledge.js';
import { readVerifications, type Verification } from '../authenticity/verification/verification.js';
import { answerTo } from '../authenticity/verification/verification-answer.js';
import { verificationResponder } from '../authenticity/verification/verification-responder.js';
import { JournalReader } from '../journal/journal-reader.js';
import { journalPathOf } from '../journal/paths.js';
import type { Authorisations, readState, submitRequest } from '../requests/submit.js';
import { type CliIo, type ExitCode, exitCodes, UsageError } from './cli-io.js';
import { tell } from './serials-parts.js';

/** What the commands reach the gateway with. */
export interface VerificationParts {
  readonly submit: typeof submitRequest;
  readonly readState: typeof readState;
  readonly authorise?: Authorisations | undefined;
}

interface CommonOptions {
  readonly config: string;
  readonly json?: boolean;
}

/** Takes a question, online or not. @throws ConfigError, RequestError, JournalError */
export async function runSerialsAsk(
  { label, config, json }: CommonOptions & { readonly label: string },
  parts: VerificationParts,
  io: CliIo,
): Promise<ExitCode> {
  const answer = await parts.submit(config, 'verification.ask', { label }, parts.authorise);
  tell(json, answer, io, [
    `${answer.verification} is asked, record ${answer.sequence}; coldgate serials asked shows the answer`,
  ]);
  return exitCodes.ok;
}

function lineOf({ id, gtin, serial, state, why, reason, info }: Verification): string {
  const words =
    state === 'pending'
      ? `PENDING${why === undefined ? '' : `: ${why}`}`
      : [state === 'verified' ? 'VERIFIED' : `NOT VERIFIED: ${reason}`, ...info].join(', ');
  return `${id}  (01)${gtin}(21)${serial}  ${words}`;
}

/** Exit code 1 if one is not verified or pending. @throws ConfigError, JournalError */
export async function runSerialsAsked(
  { config, json }: CommonOptions,
  parts: VerificationParts,
  io: CliIo,
): Promise<ExitCode> {
  const all = readVerifications(parts.readState(config));
  tell(json, { verifications: all }, io, all.length === 0 ? ['nothing was asked'] : all.map(lineOf));
  return all.every(({ state }) => state === 'verified') ? exitCodes.ok : exitCodes.refuted;
}

export interface RespondOptions {
  readonly config: string;
  readonly host: string;
  readonly port: string;
  readonly tokenFile?: string;
  /** Ends it; Ctrl-C by default. */
  readonly signal?: AbortSignal;
}

const MS_PER_HOUR = 3_600_000;
const isLoopback = (host: string) => ['127.0.0.1', '::1', 'localhost'].includes(host);

/** Answers others until it is stopped. @throws UsageError, ConfigError, JournalError */
export async function runSerialsRespond(options: RespondOptions, io: CliIo): Promise<ExitCode> {
  const { authenticity, gateway } = loadConfig(options.config);
  if (!authenticity) {
    throw new UsageError(
      'WRONG_USE',
      `${options.config} has no authenticity section`,
      'say there who is believed',
    );
  }
  if (options.tokenFile === undefined && !isLoopback(options.host)) {
    const hint = 'without one anybody could try which serials exist; give --token-file';
    throw new UsageError('WRONG_USE', `${options.host} is not this machine, and there is no token`, hint);
  }
  const token = options.tokenFile === undefined ? undefined : readFileSync(options.tokenFile, 'utf8').trim();
  const journal = new JournalReader(journalPathOf(gateway.dataDir));
  const rows = new KnownSerials(journal.serials, authenticity, ({ message, code }) =>
    io.err(`${message} [${code}]`),
  );
  let knowledge: SerialsKnowledge | undefined;
  const respond = verificationResponder({
    answer: ({ gtin, serial, ...asked }) => {
      knowledge = rows.look() ?? knowledge;
      const known = knowledge?.find(gtin, serial, undefined) ?? { kind: 'no-snapshot' as const };
      const maxAgeMs = authenticity.maxAgeHours * MS_PER_HOUR;
      return answerTo({ gtin, serial, ...asked }, known, {
        nowMs: Date.now(),
        isClockTrusted: true,
        maxAgeMs,
      });
    },
    ...{ token, responder: gateway.name, now: Date.now },
  });
  const server = createServer({ maxHeaderSize: 8_192, requestTimeout: 10_000 }, respond);
  const stop = options.signal ?? stopSignal();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(Number(options.port), options.host, () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : options.port;
      io.out(
        `answers on http://${options.host}:${port}/01/GTIN/21/SERIAL?linkType=verificationService until Ctrl-C`,
      );
      resolve();
    });
  });
  await new Promise<void>((resolve) => {
    if (stop.aborted) resolve();
    stop.addEventListener('abort', () => resolve(), { once: true });
  });
  server.closeAllConnections();
  await new Promise<void>((resolve) => server.close(() => resolve()));
  journal.close();
  return exitCodes.ok;
}

function stopSignal(): AbortSignal {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
  return stop.signal;
}
