// Runs one program of gpiod and ends it by its own process id. What it prints to stderr becomes the reason of its end.

import { type ChildProcess, spawn } from 'node:child_process';
import { BridgeError, type BridgeErrorCode, messageOf } from '../bridge-error.js';
import type { ToolCall } from './gpiod-tools.js';

/** Reading one line takes milliseconds; a hung driver in the kernel must not hold the gateway. */
const toolTimeoutMs = 4000;
/** gpiomon ends on SIGTERM at once. */
const killAfterMs = 1000;
const maxTextCharacters = 2048;

export interface ToolEnd {
  /** undefined: killed, or it could not be started. */
  readonly code: number | undefined;
  readonly stderr: string;
  /** Why it could not be started. */
  readonly trouble: unknown;
}

export class ToolProcess {
  /** Resolves when the program has ended and all that it printed was handed on. */
  readonly ended: Promise<ToolEnd>;
  readonly #child: ChildProcess;

  constructor({ program, args }: ToolCall, onOutput: (bytes: Uint8Array) => void) {
    const child = spawn(program, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      // English messages, whatever the machine's language.
      env: { ...process.env, LC_ALL: 'C' },
    });
    this.#child = child;
    let stderr = '';
    let trouble: unknown;
    child.stdout?.on('data', onOutput);
    child.stderr?.on('data', (bytes: Buffer) => {
      stderr = (stderr + bytes.toString('latin1')).slice(0, maxTextCharacters);
    });
    child.on('error', (error) => {
      trouble = error;
    });
    this.ended = new Promise((resolve) => {
      child.on('close', (code) => {
        resolve({ code: code ?? undefined, stderr: oneLine(stderr), trouble });
      });
    });
  }

  /** Ends the program; resolves when it has. */
  async kill(): Promise<void> {
    this.#child.kill('SIGTERM');
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), killAfterMs);
    await this.ended;
    clearTimeout(timer);
  }
}

/** What the program printed. Rejects with BridgeError PORT_ABSENT, PORT_LOCKED, PORT_DENIED or PORT_FAILED. */
export async function outputOf(call: ToolCall): Promise<string> {
  let output = '';
  const tool = new ToolProcess(call, (bytes) => {
    output = (output + String.fromCharCode(...bytes.subarray(0, maxTextCharacters))).slice(
      0,
      maxTextCharacters,
    );
  });
  const timer = setTimeout(() => void tool.kill(), toolTimeoutMs);
  const end = await tool.ended;
  clearTimeout(timer);
  if (end.code !== 0) throw toolError(call, end);
  return output;
}

/** What the end of a program means for the port. */
export function toolError({ program, args }: ToolCall, { code, stderr, trouble }: ToolEnd): BridgeError {
  if (trouble !== undefined) {
    return new BridgeError(
      'PORT_ABSENT',
      `${program} cannot be started: ${messageOf(trouble)}`,
      'Install it: apt-get install gpiod.',
      trouble,
    );
  }
  const how = code === undefined ? 'was killed' : `ended with code ${code}`;
  const said = stderr === '' ? '' : `: ${stderr}`;
  const known = failures.find(({ pattern }) => pattern.test(stderr));
  return new BridgeError(
    known?.code ?? 'PORT_FAILED',
    `${program} ${args.join(' ')} ${how}${said}`,
    known?.hint ?? 'Try the same command by hand.',
  );
}

const failures: readonly { pattern: RegExp; code: BridgeErrorCode; hint: string }[] = [
  {
    pattern: /No such file|No such device|cannot find|unable to find/i,
    code: 'PORT_ABSENT',
    hint: 'Look for the chip with `gpiodetect` and for the line with `gpioinfo`.',
  },
  {
    pattern: /Device or resource busy/i,
    code: 'PORT_LOCKED',
    hint: 'Another program or driver holds the line: `gpioinfo` names it.',
  },
  {
    pattern: /Permission denied|Operation not permitted/i,
    code: 'PORT_DENIED',
    hint: 'Add the user of the gateway to the group `gpio` and start it again.',
  },
];

function oneLine(text: string): string {
  return text.replace(/[^\x20-\x7e]+/g, ' ').trim();
}
