// What the update commands are given.

export interface StatusOptions {
  readonly versions?: string;
  readonly reason?: string;
  readonly json?: boolean;
}

export interface PlanOptions {
  readonly file: string;
  readonly config: string;
  readonly manifest?: string;
  readonly publisher?: string;
  readonly sha256?: string;
  readonly versions?: string;
  readonly json?: boolean;
}

export interface ApplyUpdateOptions extends PlanOptions {
  readonly readyLimit: string;
  readonly probation: string;
  readonly restart?: string;
  readonly allowOlder?: boolean;
}

export interface SignOptions {
  readonly files: readonly string[];
  readonly release: string;
  readonly key: string;
  readonly passphrase: string;
  readonly output: string;
}

export interface TrialOptions {
  readonly config: string;
  readonly data: string;
}
