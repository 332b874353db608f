// A page that shows this one in a frame may hand it a file. Only the parent is heard, and nothing is told to it: the frame
// stands in a sandbox without an origin.

interface Given {
  readonly bytes: ArrayBuffer;
  readonly name: string;
  readonly gateway: string | undefined;
}

function givenOf(data: unknown): Given | undefined {
  if (typeof data !== 'object' || data === null) return undefined;
  const { bytes, name, gateway } = data as Record<string, unknown>;
  if (!(bytes instanceof ArrayBuffer) || typeof name !== 'string') return undefined;
  return { bytes, name, gateway: typeof gateway === 'string' ? gateway : undefined };
}

/** @returns what ends the listening */
export function givenByParent(onGiven: (file: File, gateway: string | undefined) => void): () => void {
  const listen = ({ source, data }: MessageEvent<unknown>) => {
    if (window.parent === window || source !== window.parent) return;
    const given = givenOf(data);
    if (given) onGiven(new File([given.bytes], given.name), given.gateway);
  };
  addEventListener('message', listen);
  return () => removeEventListener('message', listen);
}
