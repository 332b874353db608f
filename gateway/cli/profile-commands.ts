// Names, options and help of the commands about alarm profiles. Their code is loaded only when they run.

import type { EvaluateOptions } from './evaluate-command.js';
import type { Registration } from './registration.js';

export const registerProfiles: Registration = (program, run) => {
  const profiles = program
    .command('profiles')
    .description('alarm profiles: list the built-in ones, show one, check a file')
    .addHelpText(
      'after',
      '\nA text with a slash or that ends in .yaml, .yml or .json is a file.\n\nExamples:\n  coldgate profiles list\n  coldgate profiles show GDP-2-8-default --json\n  coldgate profiles check insulin.yaml',
    );
  profiles
    .command('list')
    .description('the profiles that come with the package')
    .option('--json', 'print the result as JSON')
    .action((options: { json?: boolean }) =>
      run(async (io) => (await import('./profiles-command.js')).runProfilesList(options, io)),
    );
  profiles
    .command('show')
    .description('what a profile says, with its hash')
    .argument('<profile>', 'name of a built-in profile, or a file')
    .option('--json', 'print the result as JSON')
    .action((profile: string, options: { json?: boolean }) =>
      run(async (io) => (await import('./profiles-command.js')).runProfilesShow(profile, options, io)),
    );
  profiles
    .command('check')
    .description('every problem of a profile file at once; exit code 2 if there is one')
    .argument('<file>', 'YAML or JSON file')
    .option('--json', 'print the result as JSON')
    .action((file: string, options: { json?: boolean }) =>
      run(async (io) => (await import('./profiles-command.js')).runProfilesCheck(file, options, io)),
    );
};

export const registerEvaluate: Registration = (program, run) => {
  program
    .command('evaluate')
    .description('judge a file of readings by an alarm profile; needs no gateway')
    .requiredOption('--profile <profile>', 'name of a built-in profile, or a file')
    .requiredOption('--input <file>', 'CSV with the header time,sensor,celsius')
    .option('--json', 'print the result as JSON')
    .addHelpText(
      'after',
      '\nTimes are ISO 8601 with a zone. An empty celsius, or the word fault, is a fault. Minutes count from the first\nreading of the file. Of several sensors the worst counts. Exit code 1: a rule fired. 2: a row is refused.\n\nExamples:\n  coldgate evaluate --profile GDP-2-8-default --input readings.csv\n  coldgate evaluate --profile ./insulin.yaml --input readings.csv --json',
    )
    .action((options: EvaluateOptions) =>
      run(async (io) => (await import('./evaluate-command.js')).runEvaluate(options, io)),
    );
};
