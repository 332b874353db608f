// Passwords open keys in processes of their own, which needs the build, one at a time and no crowd of them.

import { expect, test } from 'vitest';
import { type SealedKey, sealedKeySchema } from '../../../../gateway/accounts/sealed-key.js';
import {
  isRequestSigned,
  newNonce,
  type SignedRequest,
} from '../../../../gateway/accounts/signed-request.js';
import { decoyKey } from '../../../../gateway/console/people/decoy-key.js';
import { type Unlock, UnlockDesk } from '../../../../gateway/console/people/unlock-desk.js';
import type { UnlockAnswer, UnlockJob } from '../../../../gateway/console/people/unlock-job.js';

async function builtUnlock(): Promise<Unlock> {
  const built: { unlockInProcess: Unlock } = await import(
    new URL('../../../../dist/gateway/console/people/unlock-desk.js', import.meta.url).href
  );
  return built.unlockInProcess;
}

const request: SignedRequest = {
  ...{ kind: 'alert.sign', documentHash: 'ab'.repeat(32), name: 'dana', printedName: 'Dana Example' },
  ...{ role: 'quality', atMs: 1_700_000_000_000, nonce: newNonce() },
};

test('the right password signs, a wrong one is refused, a new one replaces it', async () => {
  const unlock = await builtUnlock();
  const made = await unlock({ kind: 'new-key', password: 'first password' });
  if (made.kind !== 'sealed') throw new Error(made.kind);
  const { signer, key } = made;
  const sign = async (sealed: SealedKey, password: string) =>
    unlock({ kind: 'sign', key: sealed, signer, password, request });
  const [right, wrong, again] = await Promise.all([
    sign(key, 'first password'),
    sign(key, 'other password'),
    unlock({ kind: 'reseal', key, signer, password: 'first password', newPassword: 'second password' }),
  ]);
  expect(right.kind === 'signed' && isRequestSigned(signer, request, right.signature)).toBe(true);
  expect(wrong).toEqual({ kind: 'refused' });
  if (again.kind !== 'sealed') throw new Error(again.kind);
  expect(again.signer).toBe(signer);
  expect((await sign(again.key, 'second password')).kind).toBe('signed');
});

test('what stands in for a key that nobody has is tried and refused like a real one', async () => {
  const { key, signer } = decoyKey();
  expect(sealedKeySchema.parse(key)).toEqual(key);
  const unlock = await builtUnlock();
  expect(await unlock({ kind: 'sign', key, signer, password: 'any', request })).toEqual({ kind: 'refused' });
});

test('one key at a time, in the order of arrival; the ninth that waits is sent away', async () => {
  const done: string[] = [];
  const open: (() => void)[] = [];
  let running = 0;
  let most = 0;
  const desk = new UnlockDesk(async (job: UnlockJob): Promise<UnlockAnswer> => {
    running += 1;
    most = Math.max(most, running);
    await new Promise<void>((resolve) => open.push(resolve));
    running -= 1;
    done.push(job.password);
    if (job.password === '3') throw new Error('this one fails');
    return { kind: 'refused' };
  });
  const ask = (password: string) => desk.ask({ kind: 'new-key', password });
  const asked = Array.from({ length: 8 }, (_, at) => ask(String(at)).catch(() => undefined));
  expect(() => ask('8')).toThrow(expect.objectContaining({ code: 'CONSOLE_BUSY', status: 503 }));
  let next = 0;
  const timer = setInterval(() => open[next++]?.(), 1);
  await Promise.all(asked);
  const later = ask('9');
  await later;
  clearInterval(timer);
  expect([done, most]).toEqual([['0', '1', '2', '3', '4', '5', '6', '7', '9'], 1]);
});
