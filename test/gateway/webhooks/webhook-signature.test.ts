// The signature of Standard Webhooks: the example of its specification's libraries, and what a receiver must refuse.

import { createHmac } from 'node:crypto';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readWebhookKeys, signWebhook, verifyWebhook } from '../../../gateway/webhooks/webhook-signature.js';
import { tempFolder } from '../temp-folder.js';
import { thrownBy } from '../thrown.js';

const key = Buffer.from('MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'base64');
const other = Buffer.alloc(24, 1);
const body = Buffer.from('{"test": 2432232314}');
const NOW_S = 1_614_265_330;
const headers = signWebhook([key], 'msg_p5jXN8AQM9LWM0D4loKWxJek', NOW_S, body);

function secretFile(text: string, mode = 0o600): string {
  const path = join(tempFolder(), 'dispatch.whsec');
  writeFileSync(path, text);
  chmodSync(path, mode);
  return path;
}

describe('the signature', () => {
  it('is that of the published libraries', () => {
    expect(headers).toEqual({
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    });
    expect(verifyWebhook([key], headers, body, NOW_S)).toBe(true);
  });

  it('is HMAC-SHA256 over id, time and body, for any body', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.integer({ min: 0, max: 4_000_000_000 }), (bytes, timeS) => {
        const made = signWebhook([key], '0xab/12', timeS, bytes);
        const text = Buffer.concat([Buffer.from(`0xab/12.${timeS}.`), bytes]);
        const expected = createHmac('sha256', key).update(text).digest('base64');
        expect(made['webhook-signature']).toBe(`v1,${expected}`);
        expect(verifyWebhook([key], { ...made }, bytes, timeS)).toBe(true);
      }),
    );
  });

  it.each([
    ['another body', {}, Buffer.from('{"test": 2432232315}')],
    ['another id', { 'webhook-id': 'msg_q' }, body],
    ['another time', { 'webhook-timestamp': String(NOW_S + 1) }, body],
    ['no signature', { 'webhook-signature': undefined }, body],
    ['an empty signature', { 'webhook-signature': 'v1,' }, body],
    [
      'a signature of another scheme',
      { 'webhook-signature': headers['webhook-signature'].replace('v1', 'v1a') },
      body,
    ],
    ['two headers of a kind', { 'webhook-id': ['msg_p5jXN8AQM9LWM0D4loKWxJek'] }, body],
    ['a time that is no number', { 'webhook-timestamp': 'NaN' }, body],
  ])('is refused for %s', (_what, changed, bytes) => {
    expect(verifyWebhook([key], { ...headers, ...changed }, bytes, NOW_S)).toBe(false);
  });

  it.each([
    [-301, false],
    [-300, true],
    [300, true],
    [301, false],
  ])('of a time %d s away: %s', (awayS, isTaken) => {
    expect(verifyWebhook([key], { ...headers }, body, NOW_S + awayS)).toBe(isTaken);
  });

  it('is taken by receivers with the old and with the new secret while it is exchanged', () => {
    const both = signWebhook([other, key], 'id', NOW_S, body);
    expect(verifyWebhook([key], { ...both }, body, NOW_S)).toBe(true);
    expect(verifyWebhook([other], { ...both }, body, NOW_S)).toBe(true);
    expect(verifyWebhook([Buffer.alloc(24, 2)], { ...both }, body, NOW_S)).toBe(false);
  });
});

describe('a file of secrets', () => {
  it('holds one, or two for an exchange', () => {
    const lines = [`whsec_${other.toString('base64')}`, `whsec_${key.toString('base64')}`];
    expect(readWebhookKeys(secretFile(`${lines[0]}\n`)).map(Buffer.from)).toEqual([other]);
    expect(readWebhookKeys(secretFile(lines.join('\r\n'))).map(Buffer.from)).toEqual([other, key]);
  });

  it.each([
    ['nothing', ''],
    ['no prefix', key.toString('base64')],
    ['too short a secret', `whsec_${Buffer.alloc(23, 1).toString('base64')}`],
    ['too long a secret', `whsec_${Buffer.alloc(65, 1).toString('base64')}`],
    ['a slip in the base64', `whsec_${key.toString('base64').replace('f', '*f')}`],
    [
      'three secrets',
      Array(3)
        .fill(`whsec_${key.toString('base64')}`)
        .join('\n'),
    ],
  ])('with %s is refused, and not shown', (_what, text) => {
    const thrown = thrownBy(() => readWebhookKeys(secretFile(text)));
    expect(thrown.code).toBe('WEBHOOK_SECRET_INVALID');
    if (text !== '') expect(`${thrown.message} ${thrown.hint}`).not.toContain(text.slice(6, 30));
  });

  it('that others may read is refused', () => {
    const path = secretFile(`whsec_${key.toString('base64')}\n`, 0o644);
    expect(thrownBy(() => readWebhookKeys(path)).code).toBe('KEY_FILE_OPEN_TO_OTHERS');
  });
});
