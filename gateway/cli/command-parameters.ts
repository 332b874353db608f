// What a command carries beside its name, from options and files: read and checked here, so that a slip shows before it is
// signed. The gateway checks everything again.

import { loadAlarmProfile } from '../../config/alarm-profile-load.js';
import { readConfigText } from '../../config/load.js';
import { configurationHash } from '../configuration/configuration-hash.js';
import type { DetailDocument } from '../sealing/draft-record.js';
import { orderDocument, readShipmentFile } from '../shipments/shipment-file.js';
import { UsageError } from './cli-io.js';
import { profilePlace } from './shipment-command.js';

/** Of `coldgate command`, all optional there. */
export interface ParameterOptions {
  /** Of a shipment or an alert. */
  readonly id?: string;
  readonly why?: string;
  /** A shipment file, or a configuration. */
  readonly file?: string;
  /** SHA-256 of the configuration that is in force. */
  readonly base?: string;
}

type OptionName = keyof ParameterOptions;

interface Form {
  readonly needed: readonly OptionName[];
  readonly optional?: readonly OptionName[];
  readonly make: (given: Required<ParameterOptions>) => DetailDocument | Promise<DetailDocument>;
}

const absentHint = 'name a file that is there';

async function orderOf(file: string): Promise<DetailDocument> {
  const order = readShipmentFile(file, new Date().getUTCFullYear());
  return orderDocument(order, await loadAlarmProfile(profilePlace(order.profile, file)));
}

function changeOf({ file, base, why }: Required<ParameterOptions>): DetailDocument {
  const text = readConfigText(file, absentHint);
  const reason = why === undefined ? {} : { reason: why };
  return { baseHash: base, hash: configurationHash(text), ...reason, secret: { text } };
}

const forms: ReadonlyMap<string, Form> = new Map<string, Form>([
  ['shipment-create', { needed: ['file'], make: ({ file }) => orderOf(file) }],
  ['shipment-arm', { needed: ['id'], make: ({ id }) => ({ id }) }],
  ['shipment-deliver', { needed: ['id'], make: ({ id }) => ({ id }) }],
  [
    'acknowledge',
    {
      needed: ['id'],
      optional: ['why'],
      make: ({ id, why }) => ({ id, ...(why === undefined ? {} : { why }) }),
    },
  ],
  [
    'configuration-preview',
    { needed: ['file'], make: ({ file }) => ({ text: readConfigText(file, absentHint) }) },
  ],
  ['configuration-apply', { needed: ['file', 'base'], optional: ['why'], make: changeOf }],
]);

/** undefined for a command without parameters. @throws UsageError for an option too many or too few; as the files' readers */
export async function parametersOf(
  name: string,
  options: ParameterOptions,
): Promise<DetailDocument | undefined> {
  const form = forms.get(name);
  const taken: readonly OptionName[] = [...(form?.needed ?? []), ...(form?.optional ?? [])];
  const given = (['id', 'why', 'file', 'base'] as const).filter((option) => options[option] !== undefined);
  const more = given.find((option) => !taken.includes(option));
  const less = form?.needed.find((option) => !given.includes(option));
  if (more)
    throw new UsageError('WRONG_USE', `${name} takes no --${more}`, 'coldgate command --help tells which do');
  if (less)
    throw new UsageError('WRONG_USE', `${name} needs --${less}`, 'coldgate command --help tells more');
  return form?.make(options as Required<ParameterOptions>);
}
