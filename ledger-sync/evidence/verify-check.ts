// One line of a verifier's answer: what was looked at, how it came out, and a sentence for a person.

export type CheckName =
  | 'gateway'
  | 'leaves'
  | 'sequence'
  | 'readable'
  | 'names'
  | 'details'
  | 'tree'
  | 'signature'
  | 'chain'
  | 'summary'
  | 'checkpoint'
  | 'registration'
  | 'anchor'
  | 'ledger'
  | 'state'
  | 'coverage';

type CheckOutcome = 'proven' | 'failed' | 'not-proven';

export interface Check {
  readonly name: CheckName;
  readonly outcome: CheckOutcome;
  readonly text: string;
}

export const proven = (name: CheckName, text: string): Check => ({ name, outcome: 'proven', text });
export const failed = (name: CheckName, text: string): Check => ({ name, outcome: 'failed', text });
export const notProven = (name: CheckName, text: string): Check => ({ name, outcome: 'not-proven', text });
