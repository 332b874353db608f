// The verifier page in a sandbox without the console's origin: whatever a file holds, it is never next to a session. The same
// page that a stranger saves; it gets files by a message and tells nothing back.

import { useEffect, useRef, useState } from 'preact/hooks';
import { locale, t } from '../../words/language.js';

export interface GivenFile {
  readonly name: string;
  readonly bytes: ArrayBuffer;
}

export function VerifierFrame({ given }: { given: GivenFile | undefined }) {
  const frame = useRef<HTMLIFrameElement>(null);
  const [isLoaded, setLoaded] = useState(false);
  useEffect(() => {
    if (!given || !isLoaded) return;
    const { name, bytes } = given;
    // Without an origin there is no name to send it to; the window is this frame's in any case.
    frame.current?.contentWindow?.postMessage({ name, bytes }, '*');
    frame.current?.scrollIntoView({ block: 'start' });
  }, [given, isLoaded]);
  return (
    <iframe
      ref={frame}
      class="verifier"
      title={t('evidence.check')}
      sandbox="allow-scripts allow-modals"
      src={`/verifier.html#${locale.value.slice(0, 2)}`}
      onLoad={() => setLoaded(true)}
    />
  );
}
