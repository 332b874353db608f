// Name, options and help of `coldgate demo`. Its code is loaded only when it runs; nothing else of the product imports the demo.

import type { MedicalOptions } from '../demo/medical/medical.js';
import type { Registration } from './registration.js';

export const registerDemo: Registration = (program, run) => {
  const demo = program.command('demo').description('see it at work on this machine');
  demo
    .command('medical')
    .description('a medical supply chain in under three minutes, in plain sentences')
    .option('--dir <folder>', 'where each run makes a folder of its own', '.demo')
    .option('--end', 'end after the last sentence, instead of going on until Ctrl-C')
    .addHelpText(
      'after',
      '\nThe real gateway on simulated devices, the real contracts on a chain of this machine: nothing leaves it.\nExit code 1: a step did not come out as it must.\n\nExamples:\n  coldgate demo medical\n  coldgate demo medical --dir /tmp/demo --end',
    )
    .action((options: MedicalOptions) =>
      run(async (io) => (await import('../demo/medical/medical.js')).runMedical(options, io)),
    );
};
