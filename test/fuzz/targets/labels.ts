// What a tag or a scanner says: EPCs, TIDs, and labels of GS1 as element strings and Digital Links.

import { decodeEpc } from '../../../firmware-bridge/epc/epc.js';
import { decodeLabel } from '../../../firmware-bridge/epc/gs1-label.js';
import { decodeTid } from '../../../firmware-bridge/epc/tid.js';
import { bytesOf, type FuzzTarget, textOf } from '../fuzz-target.js';

const tags = [
  '3074257bf7194e4000001a85',
  '3034257bf7194e4000001a85',
  'e2801160600002055555aaaa',
  'e280b12021002055',
];
const labels = [
  '(01)09521234543213(17)291231(10)LOT7',
  ']C10109521234543213172912311OLOT7',
  'https://id.gs1.org/01/09521234543213/10/LOT7/21/100007?17=291231',
  '(00)095212345432100007(3103)001250(21)1',
];

/** Tags by their hexadecimal digits, labels by their text. */
export const labelTargets = (): FuzzTarget[] => [
  {
    name: 'tag memory',
    seeds: tags.map((tag) => Buffer.from(tag, 'hex')),
    slice: 2000,
    share: 90,
    feed: (input) => {
      const hex = Buffer.from(input.subarray(0, 64)).toString('hex');
      const isTid = decodeTid(hex).ok;
      return decodeEpc(hex).ok || isTid ? 'accepted' : 'refused';
    },
  },
  {
    name: 'label',
    seeds: labels.map(bytesOf),
    words: ['\u001d', '(', ')', '/', '%2F', '?', '=', ']d2', '^', '01', '8200', '4326'],
    slice: 2000,
    share: 60,
    feed: (input) => (decodeLabel(textOf(input), 2026).ok ? 'accepted' : 'refused'),
  },
];
