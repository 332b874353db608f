// Types of solidity.mjs, for the tests that compile contracts of their own.

export interface Sources {
  [name: string]: { content: string };
}

export interface CompiledContract {
  readonly abi: readonly object[];
  /** Creation code in hex, without 0x. */
  readonly bytecode: string;
  readonly runtime: string;
}

export declare const compilerVersion: string;
export declare function collectSources(folder: string, name: string, sources: Sources): void;
export declare function compileContracts(
  sources: Sources,
  names: readonly string[],
  runs?: number,
): Record<string, CompiledContract>;
