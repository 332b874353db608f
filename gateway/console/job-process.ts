// One job for a process of its own: what takes much memory, or may hang, is gone with it. The job travels by a pipe, since
// arguments and environment can be read by others.

import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';

/**
 * Hands the job to the program and reads its one answer.
 * @param limitMs after which it is killed
 * @throws whatever comes of a process that could not start, was killed, or said no JSON
 */
export async function answerOfProcess(
  program: string,
  job: unknown,
  limitMs: number,
  environment: NodeJS.ProcessEnv = {},
): Promise<unknown> {
  const child = spawn(process.execPath, [program], {
    stdio: ['pipe', 'pipe', 'ignore'],
    env: environment,
    timeout: limitMs,
    killSignal: 'SIGKILL',
  });
  const failed = new Promise<never>((_resolve, reject) => child.once('error', reject));
  // It may have ended before it has read all.
  child.stdin.on('error', () => {});
  child.stdin.end(JSON.stringify(job));
  return JSON.parse(await Promise.race([text(child.stdout), failed]));
}
