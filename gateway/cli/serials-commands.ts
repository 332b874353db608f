// Names, options and help of the serials commands. Their code, and with it ethers, is loaded only when they run.

import type { Command } from 'commander';
import { carrying } from './carrying-options.js';
import type { Registration, Runner } from './registration.js';
import type {
  DecommissionOptions,
  DispenseOptions,
  RecallOptions,
  SendOptions,
} from './serials-act-command.js';
import type { AppointOptions } from './serials-appoint-command.js';
import type { StatusOptions, VerifyOptions } from './serials-ask-command.js';
import type { ImportOptions } from './serials-import-command.js';
import type { CardOptions, LotKeyOptions, NewLotOptions } from './serials-lot-command.js';
import { account, acting, asking, each, ledger } from './serials-options.js';
import type { ActOptions } from './serials-parts.js';
import { addPublications } from './serials-publish-commands.js';
import { addVerifications } from './serials-verification-commands.js';

/** Signs a call that may also be carried by somebody else. */
const signing = (command: Command): Command =>
  acting(command).option('--sign <file>', 'write the signed call for whoever will send and pay it');

function addFiles(serials: Command, run: Runner): void {
  serials
    .command('lot')
    .description('make the file of a lot, with a new secret')
    .requiredOption('--gtin <digits>', '14 digits')
    .requiredOption('--lot <text>', 'lot number, as on the label')
    .requiredOption('--expiry <date>', 'last day, YYYY-MM-DD')
    .requiredOption('--serials <file>', 'a serial a line, or serial,TID')
    .requiredOption('-o, --output <file>', 'file to make')
    .option('--json', 'print the result as JSON')
    .addHelpText(
      'after',
      '\nNothing is ever overwritten. The order of the file is the order of the lot: it never changes.\n\nExamples:\n  coldgate serials lot --gtin 09521234543213 --lot LOT7 --expiry 2029-12-31 --serials serials.txt -o lot7.json',
    )
    .action((options: NewLotOptions) =>
      run(async (io) => (await import('./serials-lot-command.js')).runSerialsLot(options, io)),
    );
  serials
    .command('key')
    .description('make the key with which gateways recognise the packs of a lot, and dispense none')
    .argument('<lot>', 'file of the lot')
    .requiredOption('--maker <address>', 'account that commissions the lot')
    .requiredOption('-o, --output <file>', 'file to make')
    .option('--json', 'print the result as JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  coldgate serials key lot7.json --maker 0x70997970C51812dc3A010C7d01b50e0d17dc79C8 -o lot7-key.json',
    )
    .action((file: string, options: Omit<LotKeyOptions, 'file'>) =>
      run(async (io) => (await import('./serials-lot-command.js')).runSerialsKey({ file, ...options }, io)),
    );
  serials
    .command('card')
    .description('make the card of one pack: what opens its commitment, its proof, and its secret')
    .argument('<lot>', 'file of the lot')
    .requiredOption('--serial <text>', 'serial of the pack')
    .requiredOption('--maker <address>', 'account that commissions the lot')
    .requiredOption('--contract <address>', 'contract of serials')
    .requiredOption('--chain-id <n>', 'its chain')
    .requiredOption('-o, --output <file>', 'file to make')
    .option('--json', 'print the result as JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  coldgate serials card lot7.json --serial 100007 --maker 0x70997970C51812dc3A010C7d01b50e0d17dc79C8 \\\n    --contract 0x5FbDB2315678afecb367f032d93F642f64180aa3 --chain-id 31337 -o card.json',
    )
    .action((file: string, options: Omit<CardOptions, 'file'>) =>
      run(async (io) => (await import('./serials-lot-command.js')).runSerialsCard({ file, ...options }, io)),
    );
}

function addActs(serials: Command, run: Runner): void {
  const act = () => import('./serials-act-command.js');
  signing(serials.command('commission'))
    .description('put a lot on the ledger; needs the role of a maker')
    .argument('<lot>', 'file of the lot')
    .addHelpText('after', `\nExamples:\n  coldgate serials commission lot7.json ${ledger} ${account}`)
    .action((file: string, options: ActOptions) =>
      run(async (io) => (await act()).runSerialsCommission({ file, ...options }, io)),
    );
  signing(serials.command('recall'))
    .description('call a lot back, by its maker or an authority')
    .argument('<lot-key>', 'key file of the lot')
    .requiredOption('--reason <text>', 'at most 32 bytes; stands on the ledger, so it must name nobody')
    .option('--lift', 'lift what this account called back')
    .addHelpText(
      'after',
      `\nOne transaction; every gateway that follows the ledger sees it with its block.\n\nExamples:\n  coldgate serials recall lot7-key.json --reason sterility ${ledger} ${account}`,
    )
    .action((file: string, options: Omit<RecallOptions, 'file'>) =>
      run(async (io) => (await act()).runSerialsRecall({ file, ...options }, io)),
    );
  signing(serials.command('decommission'))
    .description('take packs out of the world for good: destroyed, stolen, samples')
    .argument('<lot>', 'file of the lot')
    .requiredOption('--serial <text>', 'serial of a pack; may be repeated', each)
    .addHelpText(
      'after',
      `\nExamples:\n  coldgate serials decommission lot7.json --serial 100007 ${ledger} ${account}`,
    )
    .action((file: string, options: Omit<DecommissionOptions, 'file'>) =>
      run(async (io) => (await act()).runSerialsDecommission({ file, ...options }, io)),
    );
  signing(serials.command('dispense'))
    .description('hand a pack to a patient, once; needs the role of a pharmacy and the card of the pack')
    .argument('<card>', 'card of the pack, with its secret')
    .requiredOption('--place <text>', 'where; only a salted hash of it goes to the ledger')
    .addHelpText(
      'after',
      `\nExit code 1: the serial was dispensed before; the ledger now shows both places.\n\nExamples:\n  coldgate serials dispense card.json --place 'pharmacy 12, till 3' ${ledger} \\\n    --key pharmacy-key.json --passphrase pharmacy-passphrase`,
    )
    .action((file: string, options: Omit<DispenseOptions, 'file'>) =>
      run(async (io) => (await act()).runSerialsDispense({ file, ...options }, io)),
    );
  carrying(serials.command('send'))
    .addHelpText(
      'after',
      '\nExamples:\n  coldgate serials send recall.json --rpc http://127.0.0.1:8545 --key payer-key.json --passphrase payer-passphrase',
    )
    .action((file: string, options: Omit<SendOptions, 'file'>) =>
      run(async (io) => (await act()).runSerialsSend({ file, ...options }, io)),
    );
}

function addQuestions(serials: Command, run: Runner): void {
  serials
    .command('verify')
    .description('whether a pack is genuine, and what became of it')
    .argument('<card>', 'card of the pack')
    .requiredOption('--rpc <url>', 'node of the chain')
    .option('--label <text>', 'what a scanner reads on the pack: it must be what the card is of')
    .option('--json', 'print the result as JSON')
    .addHelpText(
      'after',
      "\nExit code 1: anything but genuine.\n\nExamples:\n  coldgate serials verify card.json --rpc http://127.0.0.1:8545 --label '(01)09521234543213(21)100007'",
    )
    .action((file: string, options: Omit<VerifyOptions, 'file'>) =>
      run(async (io) =>
        (await import('./serials-ask-command.js')).runSerialsVerify({ file, ...options }, io),
      ),
    );
  asking(serials.command('status'))
    .description('how lots stand on the ledger')
    .argument('<lot-keys...>', 'key files of lots')
    .addHelpText(
      'after',
      `\nExit code 1: a lot is called back or unknown.\n\nExamples:\n  coldgate serials status lot7-key.json ${ledger}`,
    )
    .action((files: string[], options: Omit<StatusOptions, 'files'>) =>
      run(async (io) =>
        (await import('./serials-ask-command.js')).runSerialsStatus({ files, ...options }, io),
      ),
    );
}

function addImport(serials: Command, run: Runner): void {
  serials
    .command('import')
    .description('bring snapshots and lot keys to a gateway, which takes them up while it runs')
    .argument('<files...>', 'snapshots and key files of lots')
    .option('-c, --config <file>', 'configuration file of the gateway', 'coldgate.yaml')
    .option('--json', 'print the result as JSON')
    .addHelpText(
      'after',
      '\nAn older snapshot than the one that is held is refused: it could hide a recall.\n\nExamples:\n  coldgate serials import snapshot.json lot7-key.json -c /etc/coldgate/coldgate.yaml',
    )
    .action((files: string[], options: Omit<ImportOptions, 'files'>) =>
      run(async (io) =>
        (await import('./serials-import-command.js')).runSerialsImport({ files, ...options }, io),
      ),
    );
}

function addAppoint(serials: Command, run: Runner): void {
  asking(serials.command('appoint'))
    .description('who may commission, dispense or call back; the admin of the contract decides')
    .argument('<role>', 'maker, pharmacy or authority')
    .argument('<account>', 'address')
    .requiredOption('--key <file>', 'key file of the admin')
    .requiredOption('--passphrase <file>', 'file that opens it')
    .option('--remove', 'take the role away')
    .addHelpText(
      'after',
      `\nExamples:\n  coldgate serials appoint maker 0x70997970C51812dc3A010C7d01b50e0d17dc79C8 ${ledger} \\\n    --key admin-key.json --passphrase admin-passphrase`,
    )
    .action((role: string, who: string, options: Omit<AppointOptions, 'role' | 'account'>) =>
      run(async (io) =>
        (await import('./serials-appoint-command.js')).runSerialsAppoint(
          { role, account: who, ...options },
          io,
        ),
      ),
    );
}

export const registerSerials: Registration = (program, run) => {
  const serials = program
    .command('serials')
    .description(
      'packs on the ledger: appoint, lot, key, card, commission, verify, dispense, recall, decommission, status, snapshot, page, import, ask, asked, respond, send',
    );
  addAppoint(serials, run);
  addFiles(serials, run);
  addActs(serials, run);
  addQuestions(serials, run);
  addPublications(serials, run);
  addImport(serials, run);
  addVerifications(serials, run);
};
