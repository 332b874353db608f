// The commands that explain what is on a tag or a label. They need no configuration and no device.

import type { Registration } from './registration.js';

export const registerEpc: Registration = (program, run) => {
  program
    .command('epc')
    .description('explain the EPC or TID of RFID tags: scheme, identity, GS1 element string, Digital Link')
    .argument(
      '<hex...>',
      'EPC bank content without PC word and CRC, or TID bank content, in hexadecimal digits',
    )
    .option('--json', 'print one JSON object per tag, one a line')
    .addHelpText(
      'after',
      '\nStrict: what the GS1 Tag Data Standard (1.x and 2.x) does not allow is refused with its reason.\nExit code 0: all are identities. 1: at least one was refused.\n\nExamples:\n  coldgate epc 3074257BF7194E4000001A85\n  coldgate epc E28069952000500101D589CC\n  coldgate epc --json F73795211411234538566CB0AFC4 F90095201234567891235',
    )
    .action((hex: string[], options: { json?: boolean }) =>
      run(async (io) => (await import('./epc-command.js')).runEpc({ hex, ...options }, io)),
    );
};

export const registerGs1: Registration = (program, run) => {
  program
    .command('gs1')
    .description('explain a GS1 label: element string in brackets, scanner data with FNC1, or Digital Link')
    .argument('<text>', 'as the scanner sent it; FNC1 as GS (0x1D), {GS} or ^; a bracket in a value as \\(')
    .option('--json', 'print the result as one JSON object')
    .addHelpText(
      'after',
      "\nStrict: lengths, characters, check digits, dates and pairs of the GS1 syntax dictionary are checked.\nExit code 0: a right label. 1: refused.\n\nExamples:\n  coldgate gs1 '(01)09521141123454(17)270630(10)LOT-7A(21)4711'\n  coldgate gs1 ']d201095211411234541727063010LOT-7A{GS}214711'\n  coldgate gs1 --json 'https://id.gs1.org/01/09521141123454/10/LOT-7A/21/4711?17=270630'",
    )
    .action((text: string, options: { json?: boolean }) =>
      run(async (io) => (await import('./gs1-command.js')).runGs1({ text, ...options }, io)),
    );
};
