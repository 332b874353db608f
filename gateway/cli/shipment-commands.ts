// Names, options and help of the shipment commands. Their code is loaded only when they run.

import { type Command, Option } from 'commander';
import type { CliIo, ExitCode } from './cli-io.js';
import { withCredentials } from './credential-options.js';
import type { CredentialOptions } from './credentials.js';
import type { Registration, Runner } from './registration.js';
import type {
  ConfirmRangeOptions,
  CreateOptions,
  EraseOptions,
  ShipmentCommandParts,
  ShowOptions,
  StepOptions,
} from './shipment-command.js';
import type { InventoryOptions } from './shipment-inventory-command.js';

type Code = typeof import('./shipment-command.js');

/** Makes what the commands need, when one of them runs. @param options who asks; undefined where nobody needs to */
type ShipmentParts = (options: CredentialOptions | undefined) => Promise<ShipmentCommandParts>;

const steps: readonly (readonly [step: StepOptions['step'], description: string])[] = [
  ['arm', 'watch the probes by the alarm profile from now on'],
  ['depart', 'the shipment leaves'],
  ['deliver', 'the shipment has arrived; its probes are free again'],
  ['review', 'a person of quality begins to look at the records'],
  ['release', 'signed, by quality: the goods may be used'],
  ['reject', 'signed, by quality: the goods must not be used'],
  ['close', 'nothing is to be done any more'],
];

const isJudgement = (step: StepOptions['step']) => step === 'release' || step === 'reject';
const collect = (value: string, before: string[] = []) => [...before, value];

function shared(command: Command): Command {
  return command
    .option('-c, --config <file>', 'configuration file', 'coldgate.yaml')
    .option('--json', 'print the result as JSON');
}

const asking = (command: Command) => withCredentials(shared(command));

function addCreate(shipment: Command, task: Task): void {
  asking(shipment.command('create'))
    .description('make a draft, from a file or from options')
    .argument('[file]', 'shipment file, YAML; else the options below')
    .option('--id <id>', '1 to 64 of A-Z a-z 0-9 _ -')
    .option('--profile <name>', 'alarm profile, by its name or the path of its file')
    .option('--probe <sensor>', 'temperature probe; may be repeated', collect)
    .option('--tag <epc>', 'SSCC, or EPC in hexadecimal digits; may be repeated', collect)
    .option('--consignor <name>', 'who sends it')
    .option('--consignee <name>', 'who gets it')
    .option('--carrier <name>', 'who carries it')
    .option('--product <gtin:lot>', 'what is in it; may be repeated', collect)
    .option('--low-milli-c <n>', 'lowest transport temperature of the order, 0.001 degrees Celsius')
    .option('--high-milli-c <n>', 'highest transport temperature of the order, 0.001 degrees Celsius')
    .option('--label <text>', 'GS1 label of the logistic unit, as a scanner sends it')
    .addHelpText(
      'after',
      "\nWhere label, order and profile tell different temperatures, two persons must confirm which holds.\n\nExamples:\n  coldgate shipment create pallet-7.yaml\n  coldgate shipment create --id SHIP-0001 --profile who-e006-2-8 --probe cargo-front \\\n    --consignor 'Example Pharma' --consignee 'City Hospital' --carrier 'Cold Lines' \\\n    --label '(00)106141412345678908(4331)000800(4333)000200'",
    )
    .action((file: string | undefined, options: CreateOptions & CredentialOptions) =>
      task(options, (code, parts, io) => code.runShipmentCreate({ ...options, file }, parts, io)),
    );
}

function addStep(shipment: Command, task: Task, step: StepOptions['step'], description: string): void {
  const command = asking(shipment.command(step)).description(description).argument('<id>', 'shipment');
  if (isJudgement(step)) command.requiredOption('--reason <text>', 'why; stands in the signed record');
  const reason = isJudgement(step) ? " --as dana --reason 'no excursion, seals intact'" : '';
  command
    .addHelpText(
      'after',
      `\nExit code 1: refused, and the refusal is recorded.\n\nExamples:\n  coldgate shipment ${step} SHIP-0001${reason}`,
    )
    .action((id: string, options: Omit<StepOptions, 'id' | 'step'> & CredentialOptions) =>
      task(options, (code, parts, io) => code.runShipmentStep({ ...options, id, step }, parts, io)),
    );
}

function addErase(shipment: Command, task: Task): void {
  asking(shipment.command('erase'))
    .description('signed, by an administrator: take back names and documents of a closed shipment, for good')
    .argument('<id>', 'shipment')
    .requiredOption('--reason <text>', 'why; stands in the signed record')
    .addHelpText(
      'after',
      "\nOrder, values and proofs stay. What has left the gateway is not reached. The documents go within minutes, over\nrestarts too.\n\nExamples:\n  coldgate shipment erase SHIP-0001 --reason 'keeping time is over' --as ada",
    )
    .action((id: string, options: Omit<EraseOptions, 'id'> & CredentialOptions) =>
      task(options, (code, parts, io) => code.runShipmentErase({ ...options, id }, parts, io)),
    );
}

function addConfirmRange(shipment: Command, task: Task): void {
  asking(shipment.command('confirm-range'))
    .description('one of two persons says which transport temperatures hold')
    .argument('<id>', 'shipment')
    .addOption(
      new Option('--range <paper>', 'the paper that holds').choices(['label', 'order']).makeOptionMandatory(),
    )
    .addHelpText(
      'after',
      '\nBoth are recorded; one of the two must be of quality.\n\nExamples:\n  coldgate shipment confirm-range SHIP-0001 --range label --as dana',
    )
    .action((id: string, options: Omit<ConfirmRangeOptions, 'id'> & CredentialOptions) =>
      task(options, (code, parts, io) => code.runConfirmRange({ ...options, id }, parts, io)),
    );
}

function addViews(shipment: Command, task: Task): void {
  shared(shipment.command('show'))
    .description('where a shipment stands, and how it came there')
    .argument('<id>', 'shipment')
    .addHelpText('after', '\nExamples:\n  coldgate shipment show SHIP-0001 --json')
    .action((id: string, options: Omit<ShowOptions, 'id'>) =>
      task(undefined, (code, parts, io) => code.runShipmentShow({ ...options, id }, parts, io)),
    );
  shared(shipment.command('ledger'))
    .description('time that its products have spent outside, for the order of the next gateway')
    .argument('<id>', 'shipment')
    .addHelpText(
      'after',
      '\nPut it into the next shipment file as stabilityLedger: JSON is YAML.\n\nExamples:\n  coldgate shipment ledger SHIP-0001 --json',
    )
    .action((id: string, options: Omit<ShowOptions, 'id'>) =>
      task(undefined, (code, parts, io) => code.runShipmentLedger({ ...options, id }, parts, io)),
    );
  shared(shipment.command('list'))
    .description('all shipments, one a line')
    .addHelpText('after', '\nExamples:\n  coldgate shipment list')
    .action((options: Omit<ShowOptions, 'id'>) =>
      task(undefined, (code, parts, io) => code.runShipmentList(options, parts, io)),
    );
}

function addInventory(shipment: Command, run: Runner): void {
  shared(shipment.command('inventory'))
    .description('load units by SSCC: ordered, seen at loading, seen at unloading')
    .argument('<id>', 'shipment')
    .addHelpText(
      'after',
      '\nExit code 1: something is not as ordered.\n\nExamples:\n  coldgate shipment inventory SHIP-0001',
    )
    .action((id: string, options: Omit<InventoryOptions, 'id'>) =>
      run(async (io) =>
        (await import('./shipment-inventory-command.js')).runShipmentInventory({ id, ...options }, io),
      ),
    );
}

type Task = (
  options: CredentialOptions | undefined,
  command: (code: Code, parts: ShipmentCommandParts, io: CliIo) => Promise<ExitCode>,
) => void;

function taskOf(run: Runner, partsOf: ShipmentParts): Task {
  return (options, command) =>
    run(async (io) => command(await import('./shipment-command.js'), await partsOf(options), io));
}

/** The `shipment` command and all under it. */
export function shipmentRegistration(partsOf: ShipmentParts): Registration {
  return (program, run) => {
    const task = taskOf(run, partsOf);
    const shipment = program
      .command('shipment')
      .description('create a shipment, take it from step to step, see where it stands')
      .addHelpText(
        'after',
        '\ndraft -> armed -> in-transit -> delivered -> under-review -> released or rejected -> closed.\nNo step can be left out and none taken back.\n\nExamples:\n  coldgate shipment create pallet-7.yaml\n  coldgate shipment arm SHIP-0001\n  coldgate shipment list',
      );
    addCreate(shipment, task);
    addConfirmRange(shipment, task);
    for (const [step, description] of steps) addStep(shipment, task, step, description);
    addErase(shipment, task);
    addViews(shipment, task);
    addInventory(shipment, run);
  };
}

/** In front of the gateway of the configuration. */
export const registerShipment: Registration = shipmentRegistration(async (options) =>
  (await import('./asking-parts.js')).askingParts(options),
);
