// The client of integrators against whoever can publish under a gateway's name: a message becomes events, never an exception.

import { ColdgateClient } from '../../../gateway/client/coldgate-client.js';
import { addressOf, gatewayName, logOf, messagesOf } from '../../gateway/client/sent-log.js';
import { draftWith, readings } from '../../gateway/drafts.js';
import { type FuzzTarget, jsonBytes, type Word } from '../fuzz-target.js';

const record = {
  sequence: 3,
  observedAt: '2026-03-01T08:00:00.000Z',
  kind: 'temperature',
  value: 5100,
  quality: 'good',
};
const sides = {
  status: { version: 1, gateway: `0x${'11'.repeat(20)}`, gatewayName, online: true },
  'sensor/cargo-front': { version: 1, ...record, temperatureMilliC: 5100 },
  'alert/cargo-front-high-1': { version: 1, ...record, alertId: 'cargo-front-high-1', state: 'open' },
};

export function clientTargets(): FuzzTarget[] {
  const log = logOf(readings(3), [draftWith({ subjectName: 'ä "x"', isSalted: true })], readings(2));
  const fed =
    (path: string, gateway?: string) =>
    (input: Uint8Array): Word => {
      let isRefused = false;
      let told = 0;
      const client = new ColdgateClient({
        ...{ gatewayName, ...(gateway === undefined ? {} : { gateway }) },
        onEvent: ({ type }) => {
          told += 1;
          if (type === 'refused') isRefused = true;
        },
      });
      client.take(`coldgate/1/${gatewayName}/${path}`, input);
      JSON.stringify(client.state());
      return isRefused || told === 0 ? 'refused' : 'accepted';
    };
  const page = (encoding: 'json' | 'cbor') => messagesOf(log, encoding, 0, 8);
  const gateway = addressOf(log);
  return [
    ...(['json', 'cbor'] as const).flatMap((encoding): FuzzTarget[] => [
      {
        ...{ name: `client log ${encoding}`, seeds: page(encoding), isJson: encoding === 'json' },
        ...{ slice: 300, share: 8, feed: fed('log', gateway) },
      },
    ]),
    ...Object.entries(sides).map(
      ([path, message]): FuzzTarget => ({
        ...{ name: `client ${path.split('/')[0]}`, seeds: [jsonBytes(message)], isJson: true },
        ...{ slice: 300, share: 15, feed: fed(path) },
      }),
    ),
  ];
}
