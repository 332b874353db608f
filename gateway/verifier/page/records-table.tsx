// The records, a page at a time: the worker keeps them, a long file never becomes a long document.

import { useEffect } from 'preact/hooks';
import type { Answer } from '../dialogue.js';
import type { Messages } from '../messages-en.js';
import type { Words } from '../shown-words.js';

const PAGE = 50;

interface RecordsTableProps {
  readonly total: number;
  readonly rows: Extract<Answer, { kind: 'rows' }> | undefined;
  readonly messages: Messages;
  readonly words: Words;
  readonly onRows: (from: number, count: number) => void;
}

export function RecordsTable({ total, rows, messages, words, onRows }: RecordsTableProps) {
  useEffect(() => {
    if (!rows) onRows(0, PAGE);
  }, [rows]);
  const from = rows?.from ?? 0;
  const { columns } = messages;
  return (
    <section class="records">
      <h3>{messages.recordsHeading}</h3>
      <table>
        <thead>
          <tr>
            <th scope="col">{columns.sequence}</th>
            <th scope="col">{columns.time}</th>
            <th scope="col">{columns.kind}</th>
            <th scope="col">{columns.name}</th>
            <th scope="col">{columns.value}</th>
            <th scope="col">{columns.quality}</th>
            <th scope="col">{columns.document}</th>
          </tr>
        </thead>
        <tbody>
          {rows?.rows.map((row) => (
            <tr key={row.sequence} class={row.kind === 'excursion' ? 'marked' : ''}>
              <td data-label={columns.sequence}>{row.sequence}</td>
              <td data-label={columns.time} class="time">
                {row.observedAt.replace('T', ' ').replace('Z', '')}
              </td>
              <td data-label={columns.kind}>{messages.recordKinds[row.kind] ?? row.kind}</td>
              <td data-label={columns.name} class="name">
                {row.name}
              </td>
              <td data-label={columns.value} class="value">
                {words.value(row)}
              </td>
              <td data-label={columns.quality}>{messages.qualities[row.quality] ?? row.quality}</td>
              <td data-label={columns.document} class="document">
                {row.document}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <p class="pages">
        <button type="button" disabled={from === 0} onClick={() => onRows(Math.max(0, from - PAGE), PAGE)}>
          {messages.earlier}
        </button>
        <span>
          {messages.page(
            words.count(from + 1),
            words.count(Math.min(total, from + PAGE)),
            words.count(total),
          )}
        </span>
        <button type="button" disabled={from + PAGE >= total} onClick={() => onRows(from + PAGE, PAGE)}>
          {messages.later}
        </button>
      </p>
    </section>
  );
}
