// A field for a few words of a person, such as a reason. They go into the log for ever, and say so.

import { t } from '../words/language.js';
import { Field } from './field.js';

interface TextFieldProps {
  readonly label: string;
  readonly hint?: string;
  readonly value: string;
  readonly isNeeded: boolean;
  readonly wasTried: boolean;
  readonly onText: (text: string) => void;
}

/** What the API takes. */
const MAX_LENGTH = 1_000;

export function TextField({ label, hint, value, isNeeded, wasTried, onText }: TextFieldProps) {
  const isMissing = isNeeded && wasTried && value.trim() === '';
  return (
    <Field label={label} hint={hint} wrong={isMissing ? t('form.missing') : undefined}>
      {(attributes) => (
        <textarea
          {...attributes}
          maxLength={MAX_LENGTH}
          rows={3}
          value={value}
          onInput={(event) => onText(event.currentTarget.value)}
        />
      )}
    </Field>
  );
}
