// Names, options and help of the commands for MQTT: sensors and integrators. Their code is loaded only when they run.

import type { Registration } from './registration.js';

export const registerMqtt: Registration = (program, run) => {
  program
    .command('mqtt-password')
    .description('turn the password of an MQTT sensor into the line for passwordHash in mqttIntake.users')
    .option('--json', 'print the result as JSON')
    .addHelpText(
      'after',
      '\nAsked for twice at a terminal and not shown; else the first line of stdin. 8 to 128 characters.\nThe line is no secret that opens anything by itself, but a weak password can be guessed from it.\n\nExamples:\n  coldgate mqtt-password\n  openssl rand -base64 24 | tee door-probe.password | coldgate mqtt-password',
    )
    .action((options: { json?: boolean }) =>
      run(async (io) => {
        const { promptHere } = await import('./terminal-credentials.js');
        const { runMqttPassword } = await import('./mqtt-password-command.js');
        return runMqttPassword(options, { input: process.stdin, prompt: promptHere() }, io);
      }),
    );
};

export const registerTopics: Registration = (program, run) => {
  program
    .command('topics')
    .description('what is published and taken under coldgate/1/{gateway}: the contract with integrators')
    .option('--asyncapi', 'as an AsyncAPI 3 document')
    .option('--schema <name>', 'JSON Schema 2020-12 of one payload, such as log or alert')
    .addHelpText(
      'after',
      '\nExamples:\n  coldgate topics\n  coldgate topics --asyncapi > asyncapi.json\n  coldgate topics --schema sensor',
    )
    .action((options: { asyncapi?: boolean; schema?: string }) =>
      run(async (io) => (await import('./topics-command.js')).runTopics(options, io)),
    );
};
