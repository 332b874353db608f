// A request that becomes a record: what it says, the two components of the signature, and what became of it. What it means
// stands above the fields, before anybody types a password.

import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { CredentialsBody } from '../../api/fields.js';
import { t } from '../words/language.js';
import { CredentialFields, useCredentials } from './credential-fields.js';
import { Dialog } from './dialog.js';
import { Trouble } from './notice.js';

interface ActionProps {
  readonly title: string;
  /** What is said by it, in a sentence. */
  readonly statement: ComponentChildren;
  readonly action: string;
  /** Fields of its own; told whether somebody has tried already. */
  readonly children?: (wasTried: boolean) => ComponentChildren;
  readonly isWhole?: boolean;
  readonly onClose: () => void;
  /** Asks; the dialog closes when it is done, and shows why not. */
  readonly ask: (credentials: CredentialsBody) => Promise<void>;
}

export function ActionDialog(props: ActionProps) {
  const { title, statement, action, children, isWhole = true, onClose, ask } = props;
  const credentials = useCredentials();
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const submit = async (event: Event) => {
    event.preventDefault();
    const given = credentials.take();
    if (!given || !isWhole || isBusy) return;
    setBusy(true);
    setError(undefined);
    try {
      await ask(given);
      onClose();
    } catch (refused) {
      setError(refused);
      credentials.spend();
      setBusy(false);
    }
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <form class="stack" onSubmit={submit} noValidate>
        <div class="statement">{statement}</div>
        {error === undefined ? null : <Trouble error={error} />}
        {children?.(credentials.wasTried)}
        <CredentialFields form={credentials} />
        <div class="end">
          <button type="button" class="button" onClick={onClose}>
            {t('action.cancel')}
          </button>
          <button type="submit" class="button main-action" aria-disabled={isBusy}>
            {isBusy ? t('log-in.busy') : action}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
