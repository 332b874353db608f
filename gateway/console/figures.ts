// Lines of Prometheus' text format 0.0.4, one family of figures after the other.

export type Labels = Readonly<Record<string, string>>;

const escaped = (text: string) => text.replace(/[\\"\n]/g, (sign) => (sign === '\n' ? '\\n' : `\\${sign}`));

function line(name: string, labels: Labels, value: number): string {
  const told = Object.entries(labels).map(([label, text]) => `${label}="${escaped(text)}"`);
  return `${name}${told.length > 0 ? `{${told.join(',')}}` : ''} ${value}`;
}

export class Figures {
  readonly #lines: string[] = [];

  add(
    name: string,
    type: 'gauge' | 'counter',
    help: string,
    values: readonly (readonly [Labels, number | null])[],
  ): void {
    const known = values.filter((one): one is readonly [Labels, number] => one[1] !== null);
    if (known.length === 0) return;
    this.#lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`);
    for (const [labels, value] of known) this.#lines.push(line(name, labels, value));
  }

  text(): string {
    return `${this.#lines.join('\n')}\n`;
  }
}
