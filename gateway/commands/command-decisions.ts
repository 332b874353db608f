// Commands that change something: what a driver or an operator may ask of shipments and alerts without a signature, and
// another configuration. What needs a person's signature (release, reject, assess, sign, accounts) no key can do: a
// machine has no password and no authenticator, and nobody could say later who it was.

import type { ConfigurationDesk } from '../configuration/configuration-desk.js';
import type { Actor, StateChange } from '../requests/request.js';
import type { DecidedRequest, RequestDesk } from '../requests/request-desk.js';
import type { PipelineEntry } from '../sealing/log-pipeline.js';
import type { CommandDecisions } from './command-desk.js';
import type { Command } from './signed-command.js';

/** Request by command; none of them needs a signature of a person, or it would be refused. */
const requestKinds: ReadonlyMap<string, string> = new Map([
  ['shipment-create', 'shipment.create'],
  ['shipment-arm', 'shipment.arm'],
  ['shipment-deliver', 'shipment.deliver'],
  ['acknowledge', 'alert.acknowledge'],
]);

const APPLY = 'configuration-apply';
/** Changes nothing, and is as large. */
const PREVIEW = 'configuration-preview';

/** A key stands beside persons and cannot have a name of theirs: a colon is in no account's name. */
const actorOf = ({ key }: Pick<Command, 'key'>): Actor => ({
  name: `key:${key}`,
  printedName: `key ${key}`,
  role: 'operator',
  isSigned: false,
  signature: undefined,
});

const personNeeded = {
  ok: false,
  code: 'COMMAND_NEEDS_PERSON',
  reason: 'only a person may do this, with password and authenticator',
  hint: 'ask one: coldgate --help',
} as const;

export class KeyDecisions implements CommandDecisions {
  readonly names: readonly string[];
  readonly #desk: () => Pick<RequestDesk, 'decide' | 'decided' | 'put'>;
  readonly #configuration: Pick<ConfigurationDesk, 'propose'> | undefined;

  /** @param desk known only once the role is put together */
  constructor(
    desk: () => Pick<RequestDesk, 'decide' | 'decided' | 'put'>,
    configuration: Pick<ConfigurationDesk, 'propose'> | undefined,
  ) {
    this.#desk = desk;
    this.#configuration = configuration;
    this.names = [...requestKinds.keys(), ...(configuration ? [APPLY, PREVIEW] : [])];
  }

  decide(command: Command): DecidedRequest | undefined {
    const { name, id, key, parameters = {} } = command;
    const actor = actorOf(command);
    if (name === APPLY && this.#configuration) {
      return this.#desk().decided(this.#configuration.propose(`command-${key}-${id}`, parameters), actor);
    }
    const kind = requestKinds.get(name);
    if (kind === undefined) return undefined;
    const decided = this.#desk().decide({ id: 0, kind, document: parameters }, actor);
    return decided ?? { outcome: personNeeded, drafts: [], state: [] };
  }

  put(entry: PipelineEntry, state: readonly StateChange[]): void {
    this.#desk().put(entry, state);
  }
}
