// Takes a file from the console and hands it to the browser to save.

import { ApiError, toldOf, troubleOf } from './api-error.js';

interface NamedFile {
  readonly name: string;
  readonly content: Blob;
}

/** The name in a Content-Disposition header, without any path in it; undefined if there is none. Pure. */
export function namedBy(disposition: string | null): string | undefined {
  const name = /filename="?([^";]+)"?/i.exec(disposition ?? '')?.[1]?.trim();
  const bare = name?.replace(/^.*[/\\]/, '');
  return bare === undefined || bare === '' || bare.startsWith('.') ? undefined : bare;
}

/** @throws ApiError */
export async function fetchFile(address: string, fallback: string, signal: AbortSignal): Promise<NamedFile> {
  let response: Response;
  try {
    response = await fetch(address, { credentials: 'same-origin', cache: 'no-store', signal });
  } catch (error) {
    if (signal.aborted) throw error;
    throw new ApiError('offline');
  }
  if (response.ok) {
    const name = namedBy(response.headers.get('content-disposition')) ?? fallback;
    return { name, content: await response.blob() };
  }
  const told = toldOf(await response.json().catch(() => undefined));
  throw new ApiError(troubleOf(response.status, told?.code), told);
}

/** Long enough for any browser to have begun. */
const KEEP_MS = 60_000;

export function saveFile({ name, content }: NamedFile): void {
  const url = URL.createObjectURL(content);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), KEEP_MS);
}
