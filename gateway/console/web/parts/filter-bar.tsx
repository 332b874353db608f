// Fields that narrow a list. They stand in the address, so that a narrowed list can be passed on; text is taken over when
// the field is left or Enter is pressed, not at each key.

import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { narrow, query } from '../shell/router.js';
import { t, tCount } from '../words/language.js';
import { Field } from './field.js';

/** Below this the fields would push the list off the screen. */
const ROOMY_PX = 820;

/** Around the fields: folded on a phone, and says how many of them narrow the list. */
export function Filters({ names, children }: { names: readonly string[]; children: ComponentChildren }) {
  const used = names.filter((name) => query.value.has(name)).length;
  const [isOpen] = useState(innerWidth > ROOMY_PX);
  return (
    <search>
      <details class="card filters" open={isOpen}>
        <summary>{used === 0 ? t('filter.title') : tCount('filter.used', used)}</summary>
        <div class="fields">{children}</div>
      </details>
    </search>
  );
}

interface TextFilterProps {
  readonly name: string;
  readonly label: string;
  readonly kind?: 'text' | 'date';
}

export function TextFilter({ name, label, kind = 'text' }: TextFilterProps) {
  const value = query.value.get(name) ?? '';
  return (
    <Field label={label}>
      {(attributes) => {
        const more = {
          ...attributes,
          value,
          onChange: (event: { currentTarget: { value: string } }) =>
            narrow({ [name]: event.currentTarget.value.trim() }),
        };
        return kind === 'date' ? (
          <input type="date" {...more} />
        ) : (
          <input type="text" spellcheck={false} autocapitalize="none" {...more} />
        );
      }}
    </Field>
  );
}

interface SelectFilterProps {
  readonly name: string;
  readonly label: string;
  /** Value in the address, and its words; '' is what holds when nothing is chosen. */
  readonly options: readonly (readonly [value: string, words: string])[];
}

export function SelectFilter({ name, label, options }: SelectFilterProps) {
  const value = query.value.get(name) ?? '';
  return (
    <Field label={label}>
      {(attributes) => (
        <select
          {...attributes}
          value={value}
          onChange={(event) => narrow({ [name]: event.currentTarget.value })}
        >
          {options.map(([option, words]) => (
            <option key={option} value={option}>
              {words}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}
