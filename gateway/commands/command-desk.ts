// Decides on commands from afar. Only a configured key is heard at all; what it signed for this gateway is carried out once,
// while it is valid, and each command is a record. What nobody known has signed is counted and not answered.

import type { Arrival } from '../../firmware-bridge/observation.js';
import { toHex } from '../../ledger-sync/evidence/bytes.js';
import { recordKinds } from '../../ledger-sync/evidence/record.js';
import { draftOf, type RecordContext } from '../intake/record-mapper.js';
import { jsonOf } from '../publish/json-payload.js';
import type { StateChange } from '../requests/request.js';
import type { StateStore } from '../requests/state-store.js';
import type { PipelineEntry } from '../sealing/log-pipeline.js';
import { type Command, commandMessage, isCommandSigned } from './signed-command.js';

const MAX_BYTES = 2048;
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
  /** What each command does; called once its record is durable. */
  readonly handlers: { readonly [name: string]: () => unknown };
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
    const refusal = this.#refusalOf(command);
    const changes: StateChange[] = [...this.#forgotten(), [spent, String(command.expiresAtMs)]];
    this.#options.state.apply(changes);
    this.#options.add({
      drafts: [this.#draft(command, refusal)],
      judgeState: changes,
      isUrgent: true,
      onDurable: (sequence) => answer(id, { ...this.#carryOut(name, refusal), sequence }),
    });
  }

  #heard(name: string, payload: Uint8Array): Command | undefined {
    const parsed = payload.length > MAX_BYTES ? undefined : commandMessage.safeParse(jsonOf(payload));
    if (!parsed?.success) return undefined;
    const { signature, version: _version, ...rest } = parsed.data;
    const key = this.#options.keys.find((one) => one.name === rest.key);
    const command: Command = { ...rest, name, gateway: `0x${toHex(this.#options.gateway)}` };
    return key && isCommandSigned(key.address, command, signature) ? command : undefined;
  }

  #refusalOf({ name, key, issuedAtMs, expiresAtMs }: Command): Refusal | undefined {
    const { handlers, keys, now, state } = this.#options;
    const nowMs = now().unixMs;
    if (!Object.hasOwn(handlers, name)) {
      return ['COMMAND_UNKNOWN', `no command ${name}`, `there are ${Object.keys(handlers).join(', ')}`];
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

  #draft({ name, id, key }: Command, refusal: Refusal | undefined) {
    const { context, now } = this.#options;
    const outcome = refusal === undefined ? { ok: true } : { ok: false, code: refusal[0] };
    return draftOf(context, {
      at: now(),
      kind: recordKinds.operatorAction,
      subjectName: 'gateway',
      detail: { type: 'command', command: name, id, key, ...outcome },
    });
  }

  #carryOut(name: string, refusal: Refusal | undefined): object {
    if (refusal !== undefined) {
      const [code, reason, hint] = refusal;
      return { ok: false, code, reason, hint };
    }
    try {
      return { ok: true, result: this.#options.handlers[name]?.() ?? null };
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return { ok: false, code: 'COMMAND_FAILED', reason, hint: 'see the gateway’s log' };
    }
  }
}
