// A file that the gateway makes: asked for by the page, so that a refusal or a full queue is told in words instead of
// saved as a file. It may take a while; it can be given up.

import { useRef, useState } from 'preact/hooks';
import { fetchFile, saveFile } from '../net/file-download.js';
import { t } from '../words/language.js';
import { Icon } from './icon.js';
import { Trouble } from './notice.js';

interface DownloadProps {
  readonly address: string;
  readonly words: string;
  /** Where the gateway names none. */
  readonly fileName: string;
}

export function DownloadButton({ address, words, fileName }: DownloadProps) {
  const stop = useRef<AbortController | undefined>(undefined);
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const onClick = async () => {
    if (isBusy) {
      stop.current?.abort();
      return;
    }
    const own = new AbortController();
    stop.current = own;
    setBusy(true);
    setError(undefined);
    try {
      saveFile(await fetchFile(address, fileName, own.signal));
    } catch (failed) {
      if (!own.signal.aborted) setError(failed);
    }
    setBusy(false);
  };
  return (
    <div class="stack">
      <button type="button" class="button" aria-busy={isBusy} onClick={onClick}>
        <Icon name={isBusy ? 'close' : 'download'} />
        {isBusy ? t('download.stop', { what: words }) : words}
      </button>
      {error === undefined ? null : <Trouble error={error} />}
    </div>
  );
}
