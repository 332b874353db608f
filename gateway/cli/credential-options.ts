// The options by which a person says who asks. The same for every command that asks the gateway role for something.

import type { Command } from 'commander';

/** What the options below do when they are left out, for the help of a command. */
export const credentialHelp =
  '\nPassword and code are asked for at the terminal. In scripts: COLDGATE_USER, COLDGATE_PASSWORD_FILE, COLDGATE_CODE.';

/** Adds them. */
export function withCredentials(command: Command): Command {
  return command
    .option('--as <name>', 'account of whoever asks')
    .option('--password-file <file>', 'its password, one line, mode 0600; else it is asked for')
    .option('--code <digits>', 'code of its authenticator; else it is asked for');
}
