// Questions to the person at the terminal. What is secret is not shown while it is typed. Questions go to stderr:
// stdout is for results. Without a terminal nothing is asked, so that a script fails at once instead of hanging.

import { createInterface } from 'node:readline';
import { type Readable, Writable } from 'node:stream';
import { UsageError } from './cli-io.js';

export interface Prompt {
  /** Asks for what must not be shown. @throws UsageError */
  secret(question: string): Promise<string>;
  /** Asks for one line. @throws UsageError */
  line(question: string): Promise<string>;
}

type TerminalInput = Readable & { readonly isTTY?: boolean };

/** Asks at a terminal. @throws UsageError at the first question if it is none, or if the person leaves it */
export function terminalPrompt(input: TerminalInput, output: Writable): Prompt {
  const ask = (question: string, isShown: boolean) =>
    new Promise<string>((resolve, reject) => {
      if (input.isTTY !== true) {
        reject(noTerminal(question));
        return;
      }
      const silence = new Writable({ write: (_chunk, _encoding, done) => done() });
      // In terminal mode it is readline that echoes. The terminal's own echo ends here, before the question invites
      // fast hands to type.
      const lines = createInterface({
        input,
        output: isShown ? output : silence,
        terminal: true,
        historySize: 0,
        prompt: question,
      });
      if (!isShown) output.write(question);
      lines.prompt();
      let answer: string | undefined;
      lines.once('line', (line) => {
        answer = line;
        lines.close();
      });
      lines.once('SIGINT', () => lines.close());
      lines.once('close', () => {
        if (!isShown) output.write('\n');
        if (answer === undefined) reject(left());
        else resolve(answer);
      });
    });
  return { secret: (question) => ask(question, false), line: (question) => ask(question, true) };
}

function noTerminal(question: string): UsageError {
  const message = `there is no terminal to ask at: ${question.replace(/[:\s]+$/, '')}`;
  return new UsageError('WRONG_USE', message, 'give it by an option; --help lists them');
}

function left(): UsageError {
  return new UsageError(
    'WRONG_USE',
    'stopped at a question; nothing was asked of the gateway',
    'start again',
  );
}
