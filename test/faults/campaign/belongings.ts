// What a leg of the campaign has opened: processes, mounts, ports. Undone in reverse order, whatever ends it.

type Undo = () => unknown;

export class Belongings {
  #undo: Undo[] = [];

  /** Remembers how to undo something. */
  keep(undo: Undo): void {
    this.#undo.push(undo);
  }

  /** Undoes all. What cannot be undone is said and keeps nothing else. */
  async giveUp(): Promise<void> {
    const all = this.#undo.reverse();
    this.#undo = [];
    for (const undo of all) {
      try {
        await undo();
      } catch (error) {
        console.error(error);
      }
    }
  }
}
