// Every temperature reading of a shipment as CSV (RFC 4180, UTF-8, CRLF), in the order in which they were recorded:
//
//   time,sensor,celsius,quality,counted,late,sequence,recorded
//
// `time` is when it was measured, UTC. `counted` says whether the value counts as a temperature of the cargo. `sequence` is
// the record in the signed log. `recorded` is what the gateway's clock said then, where a later record says that it was wrong.

import { qualityName } from './code-names.js';
import { celsiusCell, textCell } from './csv-cell.js';
import type { ShipmentReport } from './shipment-report.js';
import { instantOf } from './utc.js';

const header = 'time,sensor,celsius,quality,counted,late,sequence,recorded\r\n';
/** Characters of one piece. */
const PIECE = 65_536;

/** The table in pieces of about 64 KiB. */
export function* readingsTable({ readings }: Pick<ShipmentReport, 'readings'>): Generator<string> {
  const lanes = [...readings].map(([sensor, columns]) => ({ cell: textCell(sensor), columns, next: 0 }));
  let piece = header;
  for (;;) {
    let earliest: (typeof lanes)[number] | undefined;
    let sequence = Number.POSITIVE_INFINITY;
    for (const lane of lanes) {
      if (lane.next >= lane.columns.size) continue;
      const own = lane.columns.sequenceOf(lane.next);
      if (own < sequence) {
        sequence = own;
        earliest = lane;
      }
    }
    if (!earliest) break;
    const reading = earliest.columns.cameAt(earliest.next++);
    const { measuredAtMs, recordedAtMs, milliC, quality, counts, isLate } = reading;
    const recorded = recordedAtMs === undefined ? '' : instantOf(recordedAtMs);
    const flags = `${counts ? 'yes' : 'no'},${isLate ? 'yes' : 'no'}`;
    piece += `${instantOf(measuredAtMs)},${earliest.cell},${celsiusCell(milliC)},${qualityName(quality)},${flags},${sequence},${recorded}\r\n`;
    if (piece.length >= PIECE) {
      yield piece;
      piece = '';
    }
  }
  yield piece;
}
