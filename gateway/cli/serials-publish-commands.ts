// What is published of lots: the snapshot for gateways, the page for whoever holds a pack. Their code is loaded only when they run.

import type { Command } from 'commander';
import type { Runner } from './registration.js';
import { account, acting, each, ledger } from './serials-options.js';
import type { PageOptions } from './serials-page-command.js';
import type { SnapshotOptions } from './serials-snapshot-command.js';

export function addPublications(serials: Command, run: Runner): void {
  acting(serials.command('snapshot'))
    .description('sign what gateways need to recognise the packs of these lots while they are offline')
    .argument('<lots...>', 'files of the lots')
    .requiredOption('-o, --output <file>', 'file to write')
    .option('--maker <address>', 'account that commissioned them (default: the one that signs)')
    .addHelpText(
      'after',
      `\nHolds no serial: only who has the key of a lot can compare a tag with it.\n\nExamples:\n  coldgate serials snapshot lot7.json -o snapshot.json ${ledger} ${account}`,
    )
    .action((files: string[], options: Omit<SnapshotOptions, 'files'>) =>
      run(async (io) =>
        (await import('./serials-snapshot-command.js')).runSerialsSnapshot({ files, ...options }, io),
      ),
    );
  acting(serials.command('page'))
    .description('make a page that tells whoever holds a pack whether it is genuine and was kept cold')
    .argument('<lots...>', 'files of the lots')
    .requiredOption('-o, --output <file>', 'HTML file to write')
    .option('--maker <address>', 'account that commissioned them (default: the one that signs)')
    .option('--report <file>', 'JSON report of a shipment, for the cold; may be repeated', each)
    .option('--iterations <n>', 'of the slow hash: what each guess at a serial costs', '600000')
    .option('--cache <file>', 'keeps the slow hashes for the next page; secret')
    .addHelpText(
      'after',
      `\nOne file without network: each entry opens with the whole label of its pack alone. Make it anew each day.\n\nExamples:\n  coldgate serials page lot7.json --report report.json --cache lot7.slow -o packs.html ${ledger} ${account}`,
    )
    .action((files: string[], options: Omit<PageOptions, 'files'>) =>
      run(async (io) =>
        (await import('./serials-page-command.js')).runSerialsPage({ files, ...options }, io),
      ),
    );
}
