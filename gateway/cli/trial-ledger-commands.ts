// Names, options and help of the trial commands around files, audits and the ledger. Their code, and with it ethers, is loaded
// only when they run.

import type { Command } from 'commander';
import { carrying } from './carrying-options.js';
import type { Runner } from './registration.js';
import type { AppointOptions, AttestOptions, RevokeOptions } from './trial-attest-command.js';
import type { AuditOptions, CheckOptions } from './trial-audit-command.js';
import type { AskOptions } from './trial-ledger-parts.js';
import type {
  ConsentOptions,
  DataSetOptions,
  DocumentOptions,
  MembershipOptions,
  NameOptions,
} from './trial-opening-command.js';
import type { GrantOptions, ShareOptions, WithdrawOptions } from './trial-share-command.js';

const each = (value: string, before: readonly string[] = []) => [...before, value];
const ledger = '--trial trial.json --rpc http://127.0.0.1:8545';
const account = '--key sponsor.json --passphrase sponsor-passphrase';

const examples = (...lines: readonly string[]) =>
  `\nExamples:\n${lines.map((line) => `  coldgate trial ${line}`).join('\n')}`;

const written = (command: Command): Command =>
  command
    .requiredOption('-o, --output <file>', 'file to make; nothing is overwritten')
    .option('--json', 'print the result as JSON');

const asking = (command: Command): Command =>
  command
    .requiredOption('--trial <file>', 'trial file')
    .requiredOption('--rpc <url>', 'node of the chain')
    .option('--json', 'print the result as JSON');

const acting = (command: Command): Command =>
  asking(command)
    .requiredOption('--key <file>', 'key file of the account that signs')
    .requiredOption('--passphrase <file>', 'file that opens it')
    .option('--valid-minutes <n>', 'how long the signature is worth something', '60')
    .option('--sign <file>', 'write the signed call for whoever will send and pay it');

/** `audit` and `check`. */
export function addTrialAudit(trial: Command, run: Runner): void {
  const code = () => import('./trial-audit-command.js');
  written(trial.command('audit'))
    .description('one file for an auditor: each record with its proof, and what the ledger says')
    .argument('<name>', 'trial, as it is registered')
    .option('-c, --config <file>', 'configuration file', 'coldgate.yaml')
    .option('--trial <file>', 'trial file, for what the ledger says')
    .option('--rpc <url>', 'node of the chain')
    .option('--from-block <n>', 'where the trial begins on the ledger', '0')
    .addHelpText('after', examples('audit EX-301 -o audit.json', `audit EX-301 ${ledger} -o audit.json`))
    .action((name: string, options: Omit<AuditOptions, 'name'>) =>
      run(async (io) => (await code()).runTrialAudit({ ...options, name }, io)),
    );
  trial
    .command('check')
    .description('check such a file, without the gateway; exit code 1 where something does not hold')
    .argument('<audit>', 'file of coldgate trial audit')
    .option('--gateway <address>', 'gateway that you expect')
    .option('--rpc <url>', 'node of the chain, to compare with the ledger')
    .option('--json', 'print the result as JSON')
    .addHelpText('after', examples('check audit.json --gateway 0x70997970C51812dc3A010C7d01b50e0d17dc79C8'))
    .action((file: string, options: Omit<CheckOptions, 'file'>) =>
      run(async (io) => (await code()).runTrialCheck({ ...options, file }, io)),
    );
}

/** What stands behind commitments, and the ledger that has them. */
export function addTrialLedger(trial: Command, run: Runner): void {
  addOpenings(trial, run);
  addAttestations(trial, run);
  addGrants(trial, run);
}

function addOpenings(trial: Command, run: Runner): void {
  const code = () => import('./trial-opening-command.js');
  written(trial.command('name'))
    .description('make the file that names a trial on a ledger')
    .argument('<name>', 'as the sponsor calls it')
    .requiredOption('--sponsor <address>', 'account of the sponsor')
    .requiredOption('--contract <address>', 'contract of trials')
    .requiredOption('--chain-id <n>', 'its chain')
    .addHelpText(
      'after',
      examples(
        'name EX-301 --sponsor 0x70997970C51812dc3A010C7d01b50e0d17dc79C8 --contract 0x5FbDB2315678afecb367f032d93F642f64180aa3 --chain-id 31337 -o trial.json',
      ),
    )
    .action((name: string, options: Omit<NameOptions, 'name'>) =>
      run(async (io) => (await code()).runTrialName({ ...options, name }, io)),
    );
  written(trial.command('document'))
    .description('make the opening of a version of a protocol, an analysis plan or a consent form')
    .argument('<file>', 'the document')
    .requiredOption('--title <text>', 'what it is')
    .requiredOption('--edition <text>', 'its version')
    .option('--consent-form', 'it is what subjects consent to')
    .addHelpText('after', examples('document protocol.pdf --title Protocol --edition 2.1 -o protocol.json'))
    .action((file: string, options: Omit<DocumentOptions, 'file'>) =>
      run(async (io) => (await code()).runTrialDocument({ ...options, file }, io)),
    );
  written(trial.command('consent'))
    .description('make the opening of a consent; stays at the site')
    .requiredOption('--subject <text>', 'pseudonym')
    .requiredOption('--form <file>', 'opening of the consent form')
    .requiredOption('--sheet <file>', 'the signed sheet')
    .requiredOption('--given-at <time>', 'ISO 8601')
    .addHelpText(
      'after',
      examples(
        'consent --subject S-0417 --form form.json --sheet sheet.pdf --given-at 2026-11-30T09:00:00Z -o consent.json',
      ),
    )
    .action((options: ConsentOptions) => run(async (io) => (await code()).runTrialConsent(options, io)));
  written(trial.command('data-set'))
    .description('make a data set of files')
    .argument('<files...>', 'its files')
    .requiredOption('--title <text>', 'what it is')
    .addHelpText('after', examples('data-set table-1.csv table-2.csv --title Results -o results.json'))
    .action((files: string[], options: Omit<DataSetOptions, 'files'>) =>
      run(async (io) => (await code()).runTrialDataSet({ ...options, files }, io)),
    );
  written(trial.command('membership'))
    .description('make the proof that one file belongs to a data set; tells nothing of the others')
    .argument('<set>', 'data set')
    .requiredOption('--name <file>', 'name of the file in it')
    .addHelpText('after', examples('membership results.json --name table-1.csv -o membership.json'))
    .action((set: string, options: Omit<MembershipOptions, 'set'>) =>
      run(async (io) => (await code()).runTrialMembership({ ...options, set }, io)),
    );
  trial
    .command('prove')
    .description('whether a file is the one that a membership shows')
    .argument('<membership>', 'file of coldgate trial membership')
    .argument('<file>', 'the file')
    .option('--json', 'print the result as JSON')
    .addHelpText('after', examples('prove membership.json table-1.csv'))
    .action((membership: string, file: string, options: { json?: boolean }) =>
      run(async (io) => (await code()).runTrialProve({ ...options, membership, file }, io)),
    );
}

function addAttestations(trial: Command, run: Runner): void {
  const code = () => import('./trial-attest-command.js');
  acting(trial.command('attest'))
    .description('put the commitment of an opening or a data set on the ledger')
    .argument('<opening>', 'opening or data set')
    .option('--basis <file>', 'opening of what it rests on or replaces; of a consent the form')
    .option('--basis-by <address>', 'who attested that, if not the sponsor')
    .addHelpText('after', examples(`attest protocol.json ${ledger} ${account}`))
    .action((file: string, options: Omit<AttestOptions, 'file'>) =>
      run(async (io) => (await code()).runTrialAttest({ ...options, file }, io)),
    );
  acting(trial.command('revoke'))
    .description('take an attestation back, for good')
    .argument('<opening>', 'opening or data set')
    .requiredOption('--reason <text>', 'at most 32 bytes; stands on the ledger, so it must name nobody')
    .option('--author <address>', 'who attested it, if not this account')
    .addHelpText('after', examples(`revoke protocol.json --reason replaced ${ledger} ${account}`))
    .action((file: string, options: Omit<RevokeOptions, 'file'>) =>
      run(async (io) => (await code()).runTrialRevoke({ ...options, file }, io)),
    );
  acting(trial.command('appoint'))
    .description('as the sponsor: let an account attest')
    .argument('<account>', 'address')
    .requiredOption('--may <right>', 'documents, consents, data or nothing; may be repeated', each)
    .addHelpText(
      'after',
      examples(`appoint 0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC --may consents ${ledger} ${account}`),
    )
    .action((to: string, options: Omit<AppointOptions, 'account'>) =>
      run(async (io) => (await code()).runTrialAppoint({ ...options, account: to }, io)),
    );
  asking(trial.command('standing'))
    .description('whether an attestation stands; exit code 1 where it does not')
    .argument('<opening>', 'opening or data set')
    .option('--author <address>', 'who attested it, if not the sponsor')
    .addHelpText('after', examples(`standing protocol.json ${ledger}`))
    .action((file: string, options: AskOptions & { author?: string }) =>
      run(async (io) => (await code()).runTrialStanding({ ...options, file }, io)),
    );
  carrying(trial.command('send'))
    .addHelpText(
      'after',
      examples('send call.json --rpc http://127.0.0.1:8545 --key payer.json --passphrase payer-passphrase'),
    )
    .action((file: string, options: { rpc: string; key: string; passphrase: string; json?: boolean }) =>
      run(async (io) => (await code()).runTrialSend({ ...options, file }, io)),
    );
}

function addGrants(trial: Command, run: Runner): void {
  const code = () => import('./trial-share-command.js');
  acting(trial.command('grant'))
    .description('let a recipient read a data set until a time')
    .argument('<set>', 'data set')
    .requiredOption('--to <publicKey>', 'what coldgate recipients key printed')
    .requiredOption('--until <time>', 'ISO 8601')
    .option('--author <address>', 'who attested the set, if not the sponsor')
    .requiredOption('-o, --output <file>', 'file that names the recipient')
    .addHelpText(
      'after',
      examples(
        `grant results.json --to 3948cfe0ad1ddb695d780e59077195da6c56506b027329794ab02bca80815c4d --until 2027-06-30T00:00:00Z -o grant.json ${ledger} ${account}`,
      ),
    )
    .action((set: string, options: Omit<GrantOptions, 'set'>) =>
      run(async (io) => (await code()).runTrialGrant({ ...options, set }, io)),
    );
  acting(trial.command('withdraw'))
    .description('withdraw a grant, or with --until give it another end')
    .argument('<grant>', 'file of coldgate trial grant')
    .option('--until <time>', 'ISO 8601')
    .addHelpText('after', examples(`withdraw grant.json ${ledger} ${account}`))
    .action((file: string, options: Omit<WithdrawOptions, 'file'>) =>
      run(async (io) => (await code()).runTrialWithdraw({ ...options, file }, io)),
    );
  asking(trial.command('granted'))
    .description('whether a grant stands; exit code 1 where it does not')
    .argument('<grant>', 'file of coldgate trial grant')
    .addHelpText('after', examples(`granted grant.json ${ledger}`))
    .action((file: string, options: AskOptions) =>
      run(async (io) => (await code()).runTrialGranted({ ...options, file }, io)),
    );
  asking(trial.command('share'))
    .description('seal a file of a data set for the recipient of a grant that stands')
    .argument('<file>', 'the file')
    .requiredOption('--set <file>', 'data set')
    .requiredOption('--grant <file>', 'grant')
    .requiredOption('-o, --output <file>', 'file to make; coldgate open reads it')
    .addHelpText(
      'after',
      examples(`share table-1.csv --set results.json --grant grant.json -o table-1.sealed ${ledger}`),
    )
    .action((file: string, options: Omit<ShareOptions, 'file'>) =>
      run(async (io) => (await code()).runTrialShare({ ...options, file }, io)),
    );
}
