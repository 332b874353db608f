// The excursions of the file as a table.

import type { Contents } from '../dialogue.js';
import type { Messages } from '../messages-en.js';
import type { ShownExcursion } from '../shown-excursions.js';
import type { Words } from '../shown-words.js';

interface ExcursionsProps {
  readonly contents: Contents;
  readonly messages: Messages;
  readonly words: Words;
}

export function Excursions({ contents, messages, words }: ExcursionsProps) {
  const { excursions, excursionsTotal } = contents;
  const columns = messages.excursion;
  return (
    <section class="excursions">
      <h3>{messages.excursionsHeading}</h3>
      {excursions.length === 0 ? (
        <p>{messages.excursionsNone}</p>
      ) : (
        <table>
          <thead>
            <tr>
              <th scope="col">{columns.sensor}</th>
              <th scope="col">{columns.rule}</th>
              <th scope="col">{columns.limit}</th>
              <th scope="col">{columns.extreme}</th>
              <th scope="col">{columns.started}</th>
              <th scope="col">{columns.ended}</th>
              <th scope="col">{columns.outside}</th>
              <th scope="col">{columns.state}</th>
            </tr>
          </thead>
          <tbody>
            {excursions.map((one) => (
              <Row key={one.id} one={one} messages={messages} words={words} />
            ))}
          </tbody>
        </table>
      )}
      {excursionsTotal > excursions.length && (
        <p>{messages.excursionsMore(words.count(excursions.length), words.count(excursionsTotal))}</p>
      )}
    </section>
  );
}

function Row({ one, messages, words }: { one: ShownExcursion; messages: Messages; words: Words }) {
  const side = one.side === 'low' ? messages.below : messages.above;
  const columns = messages.excursion;
  return (
    <tr>
      <th scope="row">{one.sensor || messages.excursion.noDocument}</th>
      <td data-label={columns.rule}>
        {one.rule} {one.profile && `(${one.profile})`}
      </td>
      <td data-label={columns.limit}>
        {one.limitMilliC === undefined ? '' : `${side} ${words.degrees(one.limitMilliC)}`}
      </td>
      <td data-label={columns.extreme}>
        {one.extremeMilliC === undefined ? '' : words.degrees(one.extremeMilliC)}
      </td>
      <td data-label={columns.started}>{one.startedAtMs === undefined ? '' : words.time(one.startedAtMs)}</td>
      <td data-label={columns.ended}>{one.endedAtMs === undefined ? '' : words.time(one.endedAtMs)}</td>
      <td data-label={columns.outside}>{words.duration(one.outsideMs)}</td>
      <td data-label={columns.state}>{messages.events[one.event] ?? one.event}</td>
    </tr>
  );
}
