// A cautious walk over values that may have any shape, for rules that must run on a half-right file.
// Never throws and never judges: what is not of the asked kind is simply absent.

import type { PropertyPath } from './yaml-document.js';

export class RawNode {
  constructor(
    readonly value: unknown,
    readonly path: PropertyPath = [],
  ) {}

  /** The own property of a mapping, or a node without a value. */
  child(key: string): RawNode {
    const { value } = this;
    const isMapping = typeof value === 'object' && value !== null && !Array.isArray(value);
    const found =
      isMapping && Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : undefined;
    return new RawNode(found, [...this.path, key]);
  }

  /** The entries of the list under a key; empty when there is no list. */
  entries(key: string): RawNode[] {
    const listed = this.child(key);
    if (!Array.isArray(listed.value)) return [];
    return listed.value.map((value: unknown, index) => new RawNode(value, [...listed.path, index]));
  }

  get isPresent(): boolean {
    return this.value !== undefined && this.value !== null;
  }

  get text(): string | undefined {
    return typeof this.value === 'string' ? this.value : undefined;
  }

  get number(): number | undefined {
    return typeof this.value === 'number' ? this.value : undefined;
  }
}
