// Whether somebody takes a connection at an address. Nothing is said to whoever answers.

import { connect } from 'node:net';

const LIMIT_MS = 3000;

/** Never rejects. */
export function answersAt(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const end = (answers: boolean) => {
      socket.destroy();
      resolve(answers);
    };
    socket.setTimeout(LIMIT_MS, () => end(false));
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
  });
}
