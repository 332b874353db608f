// Names, options and help of the agreement commands. Their code, and with it ethers, is loaded only when they run.

import type { Command } from 'commander';
import type {
  ClaimOptions,
  ContradictOptions,
  HandoverOptions,
  PayOptions,
  PlainOptions,
  RuleOptions,
  WithdrawOptions,
} from './agreement-act-command.js';
import type { HistoryOptions } from './agreement-ask-command.js';
import type { FieldOptions, HeadersOptions, ProposeOptions, SignOptions } from './agreement-file-command.js';
import type { ActOptions, AskOptions } from './agreement-parts.js';
import type { SendOptions } from './agreement-send-command.js';
import type { DeployOptions } from './ledger-deploy-command.js';
import type { Registration, Runner } from './registration.js';

type ActCode = typeof import('./agreement-act-command.js');

const account = '--key key.json --passphrase passphrase';
const node = '--rpc http://127.0.0.1:8545';

const keyed = (command: Command): Command =>
  command
    .requiredOption('--key <file>', 'key file of the account that signs and pays')
    .requiredOption('--passphrase <file>', 'file that opens it')
    .option('--json', 'print the result as JSON');

const sending = (command: Command): Command =>
  keyed(command.requiredOption('--rpc <url>', 'node of the chain'));

/** What anyone may bring, so also a relay. */
const relayed = (command: Command): Command =>
  sending(command).option('--call <file>', 'write the call for whoever will send and pay it');

function addFiles(agreement: Command, run: Runner): void {
  agreement
    .command('field')
    .description('on the gateway: what an order must name, a shipment as its records do and the gateway')
    .argument('<shipment>', 'shipment')
    .option('-c, --config <file>', 'configuration file', 'coldgate.yaml')
    .option('--json', 'print the result as JSON')
    .addHelpText('after', '\nExamples:\n  coldgate agreement field SHIP-0001 -c coldgate.yaml')
    .action((shipment: string, options: Omit<FieldOptions, 'shipment'>) =>
      run(async (io) => (await import('./agreement-file-command.js')).runField({ shipment, ...options }, io)),
    );
  agreement
    .command('propose')
    .description('make the file of an agreement from an order, with new salts')
    .argument('<order>', 'order, YAML')
    .requiredOption('--contract <address>', 'agreement contract')
    .requiredOption('--chain-id <number>', 'its chain')
    .requiredOption('-o, --output <file>', 'file to make')
    .option('--json', 'print the result as JSON')
    .addHelpText(
      'after',
      '\nLEDGERS.md shows an order. Nothing is sent anywhere.\n\nExamples:\n  coldgate agreement propose order.yaml --contract 0x5FbDB2315678afecb367f032d93F642f64180aa3 --chain-id 31337 -o agreement.json',
    )
    .action((order: string, options: Omit<ProposeOptions, 'order'>) =>
      run(async (io) => (await import('./agreement-file-command.js')).runPropose({ order, ...options }, io)),
    );
  keyed(agreement.command('sign'))
    .description('sign the terms, as payer or as payee')
    .argument('<file>', 'agreement file')
    .requiredOption('-o, --output <file>', 'file to make')
    .addHelpText('after', `\nExamples:\n  coldgate agreement sign agreement.json ${account} -o signed.json`)
    .action((file: string, options: Omit<SignOptions, 'file'>) =>
      run(async (io) => (await import('./agreement-file-command.js')).runSign({ file, ...options }, io)),
    );
  agreement
    .command('headers')
    .description('on the gateway: write its anchored headers for a claim')
    .option('-c, --config <file>', 'configuration file', 'coldgate.yaml')
    .option('--from-seq <number>', 'first header', '1')
    .requiredOption('-o, --output <file>', 'file to make')
    .option('--json', 'print the result as JSON')
    .addHelpText('after', '\nExamples:\n  coldgate agreement headers -c coldgate.yaml -o headers.json')
    .action((options: HeadersOptions) =>
      run(async (io) => (await import('./agreement-file-command.js')).runHeaders(options, io)),
    );
}

function addViews(agreement: Command, run: Runner): void {
  const asking = (name: string) =>
    agreement
      .command(name)
      .argument('<file>', 'agreement file')
      .requiredOption('--rpc <url>', 'node of the chain')
      .option('--json', 'print the result as JSON');
  asking('status')
    .description('where it stands on the ledger, and what time will end')
    .addHelpText('after', `\nExamples:\n  coldgate agreement status agreement.json ${node}`)
    .action((file: string, options: Omit<AskOptions, 'file'>) =>
      run(async (io) => (await import('./agreement-ask-command.js')).runStatus({ file, ...options }, io)),
    );
  asking('history')
    .description('all that happened to it: handovers, claims, disputes, payments')
    .option('--from-block <number>', 'a block before its creation', '0')
    .addHelpText(
      'after',
      `\nExamples:\n  coldgate agreement history agreement.json ${node} --from-block 1200`,
    )
    .action((file: string, options: Omit<HistoryOptions, 'file'>) =>
      run(async (io) => (await import('./agreement-ask-command.js')).runHistory({ file, ...options }, io)),
    );
}

type ActTask = (
  task: (code: ActCode, io: Parameters<Parameters<Runner>[0]>[0]) => ReturnType<ActCode['runPlain']>,
) => void;

function addWay(agreement: Command, task: ActTask): void {
  const example = (name: string, rest = '') =>
    `\nExamples:\n  coldgate agreement ${name} agreement.json${rest} ${node} ${account}`;
  relayed(agreement.command('create').argument('<file>', 'agreement file, signed by both'))
    .description('begin it on the ledger; anyone may')
    .addHelpText('after', example('create'))
    .action((file: string, options: Omit<ActOptions, 'file'>) =>
      task((code, io) => code.runCreate({ file, ...options }, io)),
    );
  sending(agreement.command('fund').argument('<file>', 'agreement file'))
    .description('pay in the price; from then on the goods may be handed over')
    .option('--approve', 'of a token: first let the contract take the price')
    .addHelpText('after', example('fund'))
    .action((file: string, options: Omit<PayOptions, 'file'>) =>
      task((code, io) => code.runFund({ file, ...options }, io)),
    );
  relayed(
    agreement
      .command('handover')
      .argument('<file>', 'agreement file')
      .argument('<handover>', 'handover file, signed by both'),
  )
    .description('bring a handover; the one to the receiver is the delivery')
    .addHelpText('after', example('handover', ' handover.json'))
    .action((file: string, handover: string, options: Omit<HandoverOptions, 'file' | 'handover'>) =>
      task((code, io) => code.runHandover({ file, handover, ...options }, io)),
    );
  relayed(agreement.command('claim').argument('<file>', 'agreement file'))
    .description('show the headers over a delivered transport')
    .requiredOption('--headers <file>', 'file of coldgate agreement headers')
    .addHelpText('after', example('claim', ' --headers headers.json'))
    .action((file: string, options: Omit<ClaimOptions, 'file'>) =>
      task((code, io) => code.runClaim({ file, ...options }, io)),
    );
  relayed(
    agreement
      .command('contradict')
      .argument('<file>', 'agreement file')
      .argument('<bundle>', 'evidence of the shipment, under a batch header'),
  )
    .description('show readings of the shipment that were out of range; needs no bond')
    .option('--headers <file>', "headers after the bundle's, where there are any")
    .addHelpText(
      'after',
      `\nExit code 1: nothing that would count.\n${example('contradict', ' bundle.json')}`,
    )
    .action((file: string, bundle: string, options: Omit<ContradictOptions, 'file' | 'bundle'>) =>
      task((code, io) => code.runContradict({ file, bundle, ...options }, io)),
    );
  relayed(agreement.command('rule').argument('<file>', 'agreement file'))
    .description('as the quality party: sign how much time out of range shall count; the last word')
    .requiredOption('--out-minutes <number>', '0: all was well')
    .requiredOption('--document <file>', 'what it is founded on; only a salted hash of it is shown')
    .option('--opening <file>', 'for what opens that hash: keep it (default: the document and .opening.json)')
    .option('--valid-hours <number>', 'how long the signature is worth something', '72')
    .addHelpText('after', example('rule', ' --out-minutes 0 --document report.pdf'))
    .action((file: string, options: Omit<RuleOptions, 'file'>) =>
      task((code, io) => code.runRule({ file, ...options }, io)),
    );
  relayed(agreement.command('withdraw').argument('<file>', 'agreement file'))
    .description('send an account what it may take out')
    .requiredOption('--account <address>', 'whose it is')
    .option('--to <address>', 'elsewhere; then only the account itself may ask')
    .addHelpText('after', example('withdraw', ' --account 0x70997970C51812dc3A010C7d01b50e0d17dc79C8'))
    .action((file: string, options: Omit<WithdrawOptions, 'file'>) =>
      task((code, io) => code.runWithdraw({ file, ...options }, io)),
    );
}

const plainSteps: readonly (readonly [step: PlainOptions['step'], description: string])[] = [
  ['dispute', 'disagree, as payer or payee, with the bond; without a ruling in time it is lost'],
  ['settle', 'carry out what nobody has objected to in time; anyone may'],
  ['refund', 'give the price back where a time ran out; anyone may'],
  ['discredit', 'take a claim back whose gateway was frozen or revoked; anyone may'],
  ['concede', 'give in: the payer pays all, or the payee takes nothing'],
];

function addPlain(agreement: Command, task: ActTask): void {
  for (const [step, description] of plainSteps) {
    const command = agreement.command(step).argument('<file>', 'agreement file');
    const isOwn = step === 'dispute' || step === 'concede';
    (isOwn ? sending(command) : relayed(command))
      .description(description)
      .addHelpText('after', `\nExamples:\n  coldgate agreement ${step} agreement.json ${node} ${account}`)
      .action((file: string, options: Omit<PlainOptions, 'file' | 'step'>) =>
        task((code, io) => code.runPlain({ file, step, ...options }, io)),
      );
    if (step === 'dispute') command.option('--approve', 'of a token: first let the contract take the bond');
  }
}

export const registerAgreement: Registration = (program, run) => {
  const agreement = program
    .command('agreement')
    .description('agreements about shipments: escrow, custody, settlement by signed headers')
    .addHelpText(
      'after',
      '\npropose, sign, sign -> create -> fund -> handover ... -> claim -> settle -> withdraw.\nWhat does not fit: contradict, dispute, rule, refund, discredit, concede.',
    );
  sending(agreement.command('deploy'))
    .description('put the agreement contract on a chain, or find it there; nobody owns it')
    .option('--salt <hex>', '32 bytes; decides the address', `0x${'00'.repeat(32)}`)
    .option('--install-factory', 'put the CREATE2 factory on a chain that lacks it; costs 0.01 of its coin')
    .option('--plain', 'without the factory: the address is of this chain only')
    .option('-o, --output <file>', 'file for the record of the deployment')
    .addHelpText('after', `\nExamples:\n  coldgate agreement deploy ${node} ${account}`)
    .action((options: Omit<DeployOptions, 'contract'>) =>
      run(async (io) =>
        (await import('./ledger-deploy-command.js')).runLedgerDeploy(
          { ...options, contract: 'agreement' },
          io,
        ),
      ),
    );
  addFiles(agreement, run);
  addViews(agreement, run);
  const task: ActTask = (act) => run(async (io) => act(await import('./agreement-act-command.js'), io));
  addWay(agreement, task);
  addPlain(agreement, task);
  sending(agreement.command('send').argument('<files...>', 'calls that others wrote with --call'))
    .description('as a relay: bring calls in one transaction; what would be refused is left out')
    .addHelpText('after', `\nExamples:\n  coldgate agreement send first.json second.json ${node} ${account}`)
    .action((files: readonly string[], options: Omit<SendOptions, 'files'>) =>
      run(async (io) => (await import('./agreement-send-command.js')).runSend({ files, ...options }, io)),
    );
};
