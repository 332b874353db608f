// `coldgate gs1`: what a GS1 label or Data Matrix says, or which rule it breaks.

import { decodeLabel, type Gs1Label } from '../../firmware-bridge/epc/gs1-label.js';
import { type CliIo, type ExitCode, exitCodes } from './cli-io.js';

export interface Gs1CommandOptions {
  readonly text: string;
  readonly json?: boolean;
}

const forms: Record<Gs1Label['form'], string> = {
  bracketed: 'element string in brackets',
  raw: 'raw element string',
  'digital-link': 'Digital Link',
};

function lines(label: Gs1Label): string[] {
  const { symbology, separators, hostname, transportMinMilliC: min, transportMaxMilliC: max } = label;
  const degrees = (milliC: number | undefined) => (milliC === undefined ? 'any' : `${milliC / 1000}`);
  const facts: readonly (readonly [string, string | undefined])[] = [
    ['gtin', label.gtin],
    ['lot', label.lot],
    ['serial', label.serial],
    ['expiry', label.expiry],
    ['sscc', label.sscc],
    [
      'transport',
      min === undefined && max === undefined ? undefined : `${degrees(min)} to ${degrees(max)} degC`,
    ],
    ['host', hostname === undefined ? undefined : `${hostname} (printed on the label; do not trust it)`],
  ];
  const width = Math.max(...label.elements.map(({ ai, title }) => ai.length + title.length)) + 5;
  return [
    `form      ${[forms[label.form], symbology].filter(Boolean).join(', ')}`,
    ...(separators === undefined ? [] : [`fnc1      ${separators.join(' ')}`]),
    ...label.elements.map(({ ai, title, value, meaning }) => {
      const head = `(${ai}) ${title}`.padEnd(width);
      return meaning === undefined ? `  ${head}${value}` : `  ${head}${value}  = ${meaning}`;
    }),
    ...facts.flatMap(([name, text]) => (text === undefined ? [] : [`${name.padEnd(10)}${text}`])),
  ];
}

/** Explains one label. Exit code 1 if it is refused; the reason goes to `io.err`. */
export async function runGs1(options: Gs1CommandOptions, io: CliIo): Promise<ExitCode> {
  const label = decodeLabel(options.text, new Date().getFullYear());
  if (!label.ok) {
    if (options.json) io.out(JSON.stringify({ refused: label.reason }));
    io.err(`coldgate: refused: ${label.reason} [LABEL_REFUSED]`);
    return exitCodes.refuted;
  }
  if (options.json) io.out(JSON.stringify(label.value));
  else for (const line of lines(label.value)) io.out(line);
  return exitCodes.ok;
}
