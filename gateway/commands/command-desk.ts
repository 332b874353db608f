// Decides on commands from afar. Only a configured key is heard at all; what it signed for this gateway is carried out once,
// while it is valid, and each command is a record. What nobody known has signed is counted and not answered.

import type { Arrival } from '../../firmware-bridge/observation.js';
import { toHex } from '../../ledger-sync/evidence/bytes.js';
import { recordKinds } from '../../ledger-sync/evidence/record.js';
import { draftOf, type RecordContext } from '../intake/record-mapper.js';
import { jsonOf } from '../publish/json-payload.js';
import type { StateChange } from '../requests/request.js';
import type { DecidedRequest } from '../requests/request-desk.js';
import type { StateStore } from '../requests/state-store.js';
import type { DetailDocument } from '../sealing/draft-record.js';
import type { PipelineEntry } from '../sealing/log-pipeline.js';
import { type Command, commandMessage, isCommandSigned, signedPart } from './signed-command.js';

const MAX_BYTES = 2048;
/** Of a command that brings a shipment order or a configuration; as a request. */
const MAX_LARGE_BYTES = 65_536;
const MAX_LIFE_MS = 3_600_000;
/** The clocks of two machines. */
const MAX_AHEAD_MS = 300_000;
/** Spent ids are kept so long after their expiry: the truck's clock may be set back. */
const MEMORY_MS = 86_400_000;
const MAX_SPENT = 1000;
const PREFIX = 'command/';

export interface CommandKey {
  readonly name: string;
  /** 0x and 40 hex digits. */
  readonly address: string;
  readonly may: readonly string[];
}

export interface CommandDeskOptions {
  /** Address of the device key, 20 bytes. */
  readonly gateway: Uint8Array;
  readonly keys: readonly CommandKey[];
  readonly state: StateStore;
  readonly context: RecordContext;
  readonly now: () => Arrival;
  readonly add: (entry: PipelineEntry) => void;
  /** What each command that changes nothing gives; called once its record is durable. */
  readonly handlers: { readonly [name: string]: (parameters: DetailDocument) => unknown };
  /** Commands that change something: decided before the commit that holds their records. */
  readonly decisions?: CommandDecisions | undefined;
}

/** What commands that change something are decided by. */
export interface CommandDecisions {
  /** Of all that may be large. */
  readonly names: readonly string[];
  /** undefined for a command that changes nothing. */
  decide(command: Command): DecidedRequest | undefined;
  /** Adds the entry, and tells whoever must know that the state has changed. */
  put(entry: PipelineEntry, state: readonly StateChange[]): void;
}

type Refusal = readonly [code: string, reason: string, hint: string];

export class CommandDesk {
  readonly #options: CommandDeskOptions;
  /** Messages that no known key has signed for this gateway. */
  unheard = 0;

  constructor(options: CommandDeskOptions) {
    this.#options = options;
  }

  /** @param answer called at most once, when the command's record is durable, or at once for a repetition */
  take(name: string, payload: Uint8Array, answer: (id: string, told: object) => void): void {
    const command = this.#heard(name, payload);
    if (command === undefined) {
      this.unheard += 1;
      return;
    }
    const { id, key } = command;
    const spent = `${PREFIX}${key}/${id}`;
    if (this.#options.state.get(spent) !== undefined) {
      const [code, reason, hint] = ['COMMAND_REPEATED', 'this id was used before', 'choose another id'];
      answer(id, { ok: false, code, reason, hint });
      return;
    }
    const forbidden = this.#refusalOf(command);
    const changes: StateChange[] = [...this.#forgotten(), [spent, String(command.expiresAtMs)]];
    const { decisions } = this.#options;
    const decided = forbidden ? undefined : decisions?.decide(command);
    const refusal = forbidden ?? refusalIn(decided);
    const judgeState = [...changes, ...(decided?.state ?? [])];
    const entry: PipelineEntry = {
      drafts: [this.#draft(command, refusal), ...(decided?.drafts ?? [])],
      judgeState,
      isUrgent: true,
      onDurable: (sequence) => answer(id, { ...this.#toldOf(command, refusal, decided), sequence }),
    };
    if (decisions && decided) {
      decisions.put(entry, judgeState);
      return;
    }
    this.#options.state.apply(changes);
    this.#options.add(entry);
  }

  #heard(name: string, payload: Uint8Array): Command | undefined {
    const most = this.#options.decisions?.names.includes(name) ? MAX_LARGE_BYTES : MAX_BYTES;
    const parsed = payload.length > most ? undefined : commandMessage.safeParse(jsonOf(payload));
    if (!parsed?.success) return undefined;
    const { signature, version: _version, ...rest } = parsed.data;
    const key = this.#options.keys.find((one) => one.name === rest.key);
    const command: Command = { ...rest, signature, name, gateway: `0x${toHex(this.#options.gateway)}` };
    return key && isCommandSigned(key.address, command, signature) ? command : undefined;
  }

  #refusalOf({ name, key, issuedAtMs, expiresAtMs }: Command): Refusal | undefined {
    const { handlers, decisions, keys, now, state } = this.#options;
    const nowMs = now().unixMs;
    const names = [...new Set([...Object.keys(handlers), ...(decisions?.names ?? [])])];
    if (!names.includes(name)) {
      return ['COMMAND_UNKNOWN', `no command ${name}`, `there are ${names.join(', ')}`];
    }
    if (!keys.some((one) => one.name === key && one.may.includes(name))) {
      return ['COMMAND_FORBIDDEN', `${key} may not ask for ${name}`, 'see `may` of that key in commands'];
    }
    if (nowMs > expiresAtMs || issuedAtMs > nowMs + MAX_AHEAD_MS) {
      const at = new Date(nowMs).toISOString();
      return [
        'COMMAND_EXPIRED',
        `not valid at ${at}, this gateway's time`,
        'sign it anew; compare the clocks',
      ];
    }
    if (expiresAtMs - issuedAtMs > MAX_LIFE_MS) {
      return ['COMMAND_TOO_LONG', 'valid for more than an hour', 'sign it for an hour or less'];
    }
    if (state.entries(PREFIX).length >= MAX_SPENT) {
      return ['COMMANDS_BUSY', `${MAX_SPENT} commands in a day`, 'ask again tomorrow, and less often'];
    }
    return undefined;
  }

  #forgotten(): StateChange[] {
    const { now, state } = this.#options;
    const before = now().unixMs - MEMORY_MS;
    return state
      .entries(PREFIX)
      .filter(([, expiresAtMs]) => Number(expiresAtMs) < before)
      .map(([key]) => [key, undefined]);
  }

  #draft(command: Command, refusal: Refusal | undefined) {
    const { name, id, key } = command;
    const { context, now } = this.#options;
    const outcome = refusal === undefined ? { ok: true } : { ok: false, code: refusal[0] };
    return draftOf(context, {
      at: now(),
      kind: recordKinds.operatorAction,
      subjectName: 'gateway',
      detail: { type: 'command', command: name, id, key, ...outcome, ...signedPart(command) },
    });
  }

  #toldOf(
    { name, parameters = {} }: Command,
    refusal: Refusal | undefined,
    decided: DecidedRequest | undefined,
  ): object {
    if (refusal !== undefined) {
      const [code, reason, hint] = refusal;
      return { ok: false, code, reason, hint };
    }
    if (decided?.outcome.ok) return { ok: true, result: decided.outcome.answer };
    try {
      return { ok: true, result: this.#options.handlers[name]?.(parameters) ?? null };
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return { ok: false, code: 'COMMAND_FAILED', reason, hint: 'see the gateway’s log' };
    }
  }
}

function refusalIn(decided: DecidedRequest | undefined): Refusal | undefined {
  if (!decided || decided.outcome.ok) return undefined;
  const { code, reason, hint } = decided.outcome;
  return [code, reason, hint];
}
