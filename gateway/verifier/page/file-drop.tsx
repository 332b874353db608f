// Where a file is chosen or dropped. A file that is dropped beside it is taken too: a browser would open it instead.

import { useEffect, useRef, useState } from 'preact/hooks';
import type { Messages } from '../messages-en.js';

interface FileDropProps {
  readonly messages: Messages;
  readonly onFile: (file: File) => void;
}

export function FileDrop({ messages, onFile }: FileDropProps) {
  const [isOver, setIsOver] = useState(false);
  const newest = useRef(onFile);
  newest.current = onFile;

  useEffect(() => {
    const over = (event: DragEvent) => {
      event.preventDefault();
      setIsOver(true);
    };
    const leave = (event: DragEvent) => {
      if (event.relatedTarget === null) setIsOver(false);
    };
    const drop = (event: DragEvent) => {
      event.preventDefault();
      setIsOver(false);
      const file = event.dataTransfer?.files[0];
      if (file) newest.current(file);
    };
    document.addEventListener('dragover', over);
    document.addEventListener('dragleave', leave);
    document.addEventListener('drop', drop);
    return () => {
      document.removeEventListener('dragover', over);
      document.removeEventListener('dragleave', leave);
      document.removeEventListener('drop', drop);
    };
  }, []);

  return (
    <label class={isOver ? 'drop over' : 'drop'}>
      <span class="choose">{messages.choose}</span>
      <span class="hint">{messages.chooseHint}</span>
      <input
        id="evidence-file"
        type="file"
        onChange={({ currentTarget }) => {
          const file = currentTarget.files?.[0];
          if (file) onFile(file);
          // The same file may be chosen again after it was mended.
          currentTarget.value = '';
        }}
      />
    </label>
  );
}
