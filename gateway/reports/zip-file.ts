// A ZIP whose bytes depend on its files alone: fixed times, one order, compressed in JavaScript. Pieces leave as they are made.

import { Zip, ZipDeflate } from 'fflate';

export interface ZipEntry {
  /** Relative, with forward slashes. */
  readonly name: string;
  readonly pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
}

/** ZIP keeps local times: these fields are the same in every time zone. */
const fixedTime = () => new Date(1980, 0, 1);
/** An input so large would be compressed, and held, as one. */
const MAX_PIECE = 65_536;

/** The archive in pieces; entries are read one after the other. */
export async function* zipFile(entries: AsyncIterable<ZipEntry>): AsyncGenerator<Uint8Array> {
  const made: Uint8Array[] = [];
  let failure: Error | undefined;
  const archive = new Zip((error, piece) => {
    if (error) failure = error;
    else if (piece.length > 0) made.push(piece);
  });
  function* drain(): Generator<Uint8Array> {
    if (failure) throw failure;
    yield* made.splice(0);
  }
  for await (const { name, pieces } of entries) {
    const file = new ZipDeflate(name, { level: 6 });
    file.mtime = fixedTime();
    archive.add(file);
    for await (const piece of pieces) {
      for (let at = 0; at < piece.length; at += MAX_PIECE) {
        file.push(piece.subarray(at, at + MAX_PIECE));
        yield* drain();
      }
    }
    file.push(new Uint8Array(0), true);
    yield* drain();
  }
  archive.end();
  yield* drain();
}
