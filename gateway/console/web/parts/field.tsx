// One field of a form: label, what is expected, what is wrong. What is wrong is tied to the field, so that a screen
// reader says it there.

import type { ComponentChildren, JSX } from 'preact';
import { useId } from 'preact/hooks';
import { Icon } from './icon.js';

interface FieldProps {
  readonly label: string;
  readonly hint?: string | undefined;
  readonly wrong?: string | undefined;
  /** Draws the control with these attributes. */
  readonly children: (attributes: {
    id: string;
    'aria-describedby': string | undefined;
    'aria-invalid': 'true' | undefined;
  }) => JSX.Element;
}

export function Field({ label, hint, wrong, children }: FieldProps) {
  const id = useId();
  const told = [hint && `${id}-hint`, wrong && `${id}-wrong`].filter(Boolean).join(' ');
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {hint ? (
        <p class="soft small" id={`${id}-hint`}>
          {hint}
        </p>
      ) : null}
      {children({
        id,
        'aria-describedby': told === '' ? undefined : told,
        'aria-invalid': wrong ? 'true' : undefined,
      })}
      {wrong ? (
        <p class="wrong" id={`${id}-wrong`}>
          <Icon name="warning" />
          {wrong}
        </p>
      ) : null}
    </div>
  );
}

interface ChoiceProps<Value extends string> {
  readonly legend: string;
  readonly isLegendSeen?: boolean;
  readonly options: readonly (readonly [Value, ComponentChildren])[];
  readonly value: Value;
  readonly onChoose: (value: Value) => void;
}

/** One of a few, side by side: radio buttons, so that arrow keys choose. */
export function Choice<Value extends string>(props: ChoiceProps<Value>) {
  const { legend, isLegendSeen = true, options, value, onChoose } = props;
  const name = useId();
  return (
    <fieldset class="field">
      <legend class={isLegendSeen ? undefined : 'unseen'}>{legend}</legend>
      <div class="choice">
        {options.map(([option, words]) => (
          <label key={option}>
            <input
              type="radio"
              name={name}
              value={option}
              checked={option === value}
              onChange={() => onChoose(option)}
            />
            <span>{words}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
