// Names, options and help of a technician's commands. Their code is loaded only when they run.

import type { MonitorOptions } from './monitor-command.js';
import type { ProbeOptions } from './probe-command.js';
import type { RecordOptions } from './record-command.js';
import type { Registration } from './registration.js';
import type { ReplayCommandOptions } from './replay-command.js';
import type { SimulateOptions } from './simulate-command.js';

const protocolNames = 'm100, rcp, mercury, chafon, r2000, board, modbus, nmea';

export const registerPorts: Registration = (program, run) => {
  program
    .command('ports')
    .description('list serial ports and 1-Wire probes: the path to configure, the adapter, who uses it')
    .option('--json', 'print the result as JSON')
    .addHelpText(
      'after',
      '\nOpens no port. What may hang on an adapter is a guess by its chip: ask with coldgate probe.\n\nExamples:\n  coldgate ports\n  coldgate ports --json',
    )
    .action((options: { json?: boolean }) =>
      run(async (io) => (await import('./ports-command.js')).runPorts(options, io)),
    );
};

export const registerProbe: Registration = (program, run) => {
  program
    .command('probe')
    .description('ask who is at a port, in every protocol and at every usual speed; sets nothing')
    .argument('<port>', 'path of a tty, or tcp://host:port')
    .option('--protocol <name>', `only this one: ${protocolNames}`)
    .option('--baud <speed>', 'only this speed, bits per second')
    .option('--all', 'go on after the first answer')
    .option('--json', 'print the result as JSON')
    .addHelpText(
      'after',
      '\nOnly answers with a right checksum count. Exit code 1: nobody answered.\n\nExamples:\n  coldgate probe /dev/ttyUSB0\n  coldgate probe /dev/ttyUSB0 --protocol modbus --baud 9600\n  coldgate probe tcp://192.168.1.50:4001 --all',
    )
    .action((port: string, options: Omit<ProbeOptions, 'port'>) =>
      run(async (io) => (await import('./probe-command.js')).runProbe({ port, ...options }, io)),
    );
};

export const registerMonitor: Registration = (program, run) => {
  program
    .command('monitor')
    .description('show what goes over a port, decoded, until Ctrl-C; sends nothing')
    .argument('<port>', 'path of a tty, or tcp://host:port')
    .option('--protocol <name>', `one of ${protocolNames}`)
    .option('--baud <speed>', "bits per second (default: the protocol's usual)")
    .option('--parity <parity>', 'none, even or odd', 'none')
    .option('--poll', 'ask the identity questions of the protocol, one a second')
    .option('--raw', 'show the bytes too; without --protocol only the bytes')
    .option('--json', 'print each frame as JSON')
    .addHelpText(
      'after',
      '\nTimes are seconds of the monotonic clock. Bytes that are no frame are counted and shown once a second.\n\nExamples:\n  coldgate monitor /dev/ttyUSB0 --protocol nmea\n  coldgate monitor /dev/ttyUSB0 --protocol m100 --poll\n  coldgate monitor /dev/ttyUSB0 --raw --baud 19200 --parity even',
    )
    .action((port: string, options: Omit<MonitorOptions, 'port'>) =>
      run(async (io) => (await import('./monitor-command.js')).runMonitor({ port, ...options }, io)),
    );
};

export const registerRecord: Registration = (program, run) => {
  program
    .command('record')
    .description('write what a port says into a file until Ctrl-C; sends nothing')
    .argument('<port>', 'path of a tty, or tcp://host:port')
    .requiredOption('-o, --output <file>', 'file to write, usually NAME.tap')
    .option('--baud <speed>', 'bits per second (default: 9600)')
    .option('--parity <parity>', 'none, even or odd', 'none')
    .option('--force', 'overwrite the file')
    .option('--json', 'print the result as JSON')
    .addHelpText(
      'after',
      '\nA port that goes away is waited for. A power cut costs the last second.\n\nExamples:\n  coldgate record /dev/ttyUSB0 --baud 115200 -o dock.tap',
    )
    .action((port: string, options: Omit<RecordOptions, 'port'>) =>
      run(async (io) => (await import('./record-command.js')).runRecord({ port, ...options }, io)),
    );
};

export const registerReplay: Registration = (program, run) => {
  program
    .command('replay')
    .description('decode a recording, or serve it as a port')
    .argument('<file>', 'file made by coldgate record')
    .option('--protocol <name>', `one of ${protocolNames}`)
    .option('--as-port <port>', 'serve it: a path for a tty (needs socat), or tcp:PORT on 127.0.0.1')
    .option('--speed <factor>', 'times as fast as recorded, or max (default: max on the screen, 1 as a port)')
    .option('--raw', 'show the bytes too')
    .option('--json', 'print each frame as JSON')
    .addHelpText(
      'after',
      '\nWithout --protocol, --raw and --as-port it says what the file holds.\n\nExamples:\n  coldgate replay dock.tap --protocol m100\n  coldgate replay dock.tap --as-port /tmp/ttyDOCK --speed 2',
    )
    .action((file: string, options: Omit<ReplayCommandOptions, 'file'>) =>
      run(async (io) => (await import('./replay-command.js')).runReplay({ file, ...options }, io)),
    );
};

export const registerSimulate: Registration = (program, run) => {
  program
    .command('simulate')
    .description('run a virtual device behind a port until Ctrl-C')
    .argument('<device>', 'm100, rcp, mercury, chafon, r2000, modbus, nmea, gpsd or board')
    .option('--tty <link>', 'behind a tty with this path; needs socat')
    .option('--tcp <port>', 'behind this TCP port of 127.0.0.1 (default: a free one)')
    .option('--script <file>', 'faults to play, one step a line: 4s unplug')
    .option('--seed <n>', 'of its random walk and noise', '1')
    .option('--json', 'print the port as JSON')
    .addHelpText(
      'after',
      '\nThe first line on stdout is the port to configure.\n\nExamples:\n  coldgate simulate m100 --tty /tmp/ttyDOCK\n  coldgate simulate modbus --tcp 4001 --script bad-cable.faults',
    )
    .action((device: string, options: Omit<SimulateOptions, 'device'>) =>
      run(async (io) => (await import('./simulate-command.js')).runSimulate({ device, ...options }, io)),
    );
};

export const registerDecode: Registration = (program, run) => {
  program
    .command('decode')
    .description('say what a frame means, from its bytes in hex; opens no port')
    .argument('<protocol>', `one of ${protocolNames}`)
    .argument('<hex...>', 'frames; spaces and colons do not count; - reads lines from stdin')
    .option('--json', 'print one JSON object per line')
    .addHelpText(
      'after',
      '\nExit code 1: something in it is no frame, and the line says why.\n\nExamples:\n  coldgate decode m100 "bb 00 22 00 00 22 7e"\n  coldgate decode modbus 0104020129789e --json\n  coldgate decode nmea - < frames.txt',
    )
    .action((protocol: string, frames: string[], options: { json?: boolean }) =>
      run(async (io) =>
        (await import('./decode-command.js')).runDecode({ protocol, frames, ...options }, io),
      ),
    );
};
