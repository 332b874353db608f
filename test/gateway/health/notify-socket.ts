// A service manager's socket for one test: what was told through it, in order. Needs python3 and systemd-notify.

import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { tempFolder } from '../temp-folder.js';

const receiver = fileURLToPath(new URL('./notify_receiver.py', import.meta.url));
export interface ServiceManager {
  readonly socket: string;
  /** One message of several lines each. */
  readonly told: string[];
}

export async function startServiceManager(): Promise<ServiceManager> {
  const socket = join(tempFolder(), 'notify');
  const child = spawn('python3', [receiver, socket], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill());
  const told: string[] = [];
  await new Promise<void>((resolve) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const message = JSON.parse(line) as string;
      if (message === 'listening') resolve();
      else if (!message.startsWith('BARRIER')) told.push(message);
    });
  });
  return { socket, told };
}
