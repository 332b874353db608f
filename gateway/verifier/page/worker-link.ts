// The page's side of its worker. The worker's program stands in the page as a block of text, since a saved file may load
// nothing; it is started from a blob.

import type { Answer, Question } from '../dialogue.js';

interface ScriptPolicy {
  createScriptURL(url: string): string;
}

declare global {
  interface Window {
    /** Where the browser has it, the page's policy lets no text become a script elsewhere. */
    readonly trustedTypes?: {
      createPolicy(name: string, rules: ScriptPolicy): ScriptPolicy;
    };
  }
}

const rules: ScriptPolicy = { createScriptURL: (url) => url };
const policy = window.trustedTypes?.createPolicy('coldgate-worker', rules) ?? rules;

export class WorkerLink {
  readonly #url: string;
  readonly #onAnswer: (answer: Answer) => void;
  #worker: Worker | undefined;
  #open = 0;

  /** @param onAnswer is also told when the worker itself breaks */
  constructor(onAnswer: (answer: Answer) => void) {
    this.#onAnswer = onAnswer;
    const program = document.getElementById('verifying-worker')?.textContent ?? '';
    this.#url = URL.createObjectURL(new Blob([program], { type: 'text/javascript' }));
  }

  ask(question: Question): void {
    try {
      this.#worker ??= this.#start();
      this.#worker.postMessage(question);
      this.#open += 1;
    } catch (error) {
      this.#onAnswer({ kind: 'broken', message: String(error) });
    }
  }

  /** Ends whatever is under way; the next file begins anew. An idle worker stays. */
  stop(): void {
    if (this.#open === 0) return;
    this.#open = 0;
    this.#worker?.terminate();
    this.#worker = undefined;
  }

  #start(): Worker {
    const worker = new Worker(policy.createScriptURL(this.#url));
    worker.onmessage = ({ data }: MessageEvent<Answer>) => {
      this.#open -= 1;
      this.#onAnswer(data);
    };
    worker.onerror = ({ message }) => {
      this.stop();
      this.#onAnswer({ kind: 'broken', message });
    };
    return worker;
  }
}
