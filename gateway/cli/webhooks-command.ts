// `coldgate webhooks ...`: shows the events that receivers did not take, and has them sent again. Works on the files in
// the data folder, so that it works while the gateway runs, which looks for them once a minute, and while it is off.

import { loadConfig } from '../../config/load.js';
import { printable } from '../../ledger-sync/evidence/printable.js';
import { type DeadLetter, DeadLetters, webhooksWithLetters } from '../webhooks/dead-letters.js';
import { type CliIo, type ExitCode, exitCodes, UsageError } from './cli-io.js';

export interface WebhooksOptions {
  readonly config: string;
  readonly json?: boolean;
}

export interface RetryOptions extends WebhooksOptions {
  /** Absent: all receivers. */
  readonly name?: string;
  /** Absent: all letters. */
  readonly sequence?: string;
}

interface Standing {
  readonly name: string;
  readonly letters: readonly DeadLetter[];
  readonly damaged: readonly number[];
  readonly requeued: number;
  readonly dropped: number;
}

function standings(config: string): Standing[] {
  const { dataDir } = loadConfig(config).gateway;
  return webhooksWithLetters(dataDir).map((name) => {
    const found = new DeadLetters(dataDir, name);
    return { name, ...found.list(), requeued: found.requeued, dropped: found.dropped };
  });
}

function linesOf({ name, letters, damaged, requeued, dropped }: Standing): string[] {
  const counts = [
    `${letters.length} not delivered`,
    ...(requeued > 0 ? [`${requeued} to be sent again`] : []),
    ...(damaged.length > 0 ? [`${damaged.length} damaged`] : []),
    ...(dropped > 0 ? [`${dropped} dropped for want of room`] : []),
  ];
  return [
    `${name}: ${counts.join(', ')}`,
    ...letters.map(({ sequence, failedAtMs, tries, reason, event }) => {
      const at = new Date(failedAtMs).toISOString();
      return `  record ${sequence}  ${printable(event.type)}  ${at}  ${tries} tries  ${printable(reason)}`;
    }),
  ];
}

/** Prints what was not delivered. @throws ConfigError, WebhookError */
export function runWebhooksList({ config, json }: WebhooksOptions, io: CliIo): ExitCode {
  const found = standings(config);
  if (json) io.out(JSON.stringify(found));
  else if (found.length === 0) io.out('no webhook has a dead letter');
  else for (const line of found.flatMap(linesOf)) io.out(line);
  return exitCodes.ok;
}

function sequenceOf(text: string | undefined): number | undefined {
  if (text === undefined || /^[0-9]{1,15}$/.test(text)) return text === undefined ? undefined : Number(text);
  throw new UsageError('WRONG_USE', `--sequence ${text} is no record`, 'coldgate webhooks list shows them');
}

/**
 * Has dead letters sent again. Exit code 1: there was none of the kind that was asked for.
 * @throws UsageError, ConfigError, WebhookError
 */
export function runWebhooksRetry(options: RetryOptions, io: CliIo): ExitCode {
  const sequence = sequenceOf(options.sequence);
  const { dataDir } = loadConfig(options.config).gateway;
  const names = webhooksWithLetters(dataDir).filter(
    (name) => options.name === undefined || name === options.name,
  );
  const requeued = names.map((name) => ({
    name,
    requeued: new DeadLetters(dataDir, name).requeue(sequence),
  }));
  const isNone = requeued.every(({ requeued: count }) => count === 0);
  if (options.json) io.out(JSON.stringify(requeued));
  else if (isNone) io.out('nothing to send again');
  else for (const { name, requeued: count } of requeued) io.out(`${name}: ${count} will be sent again`);
  return isNone ? exitCodes.refuted : exitCodes.ok;
}
