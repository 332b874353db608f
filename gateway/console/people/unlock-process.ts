// A process for one key derivation: scrypt takes 128 MiB, which the console must not keep. Reads one job from stdin, writes
// one answer to stdout, ends.

import { text } from 'node:stream/consumers';
import { newPrivateKey, openKey, sealKey, signerOf } from '../../accounts/sealed-key.js';
import { signRequest } from '../../accounts/signed-request.js';
import type { UnlockAnswer, UnlockJob } from './unlock-job.js';

async function answerTo(job: UnlockJob): Promise<UnlockAnswer> {
  if (job.kind === 'new-key') {
    const privateKey = newPrivateKey();
    return {
      kind: 'sealed',
      signer: signerOf(privateKey),
      key: await sealKey(privateKey, job.password),
    };
  }
  const privateKey = await openKey(job.key, job.password, job.signer);
  if (!privateKey) return { kind: 'refused' };
  if (job.kind === 'sign') return { kind: 'signed', signature: signRequest(privateKey, job.request) };
  return { kind: 'sealed', signer: job.signer, key: await sealKey(privateKey, job.newPassword) };
}

process.stdout.write(JSON.stringify(await answerTo(JSON.parse(await text(process.stdin)) as UnlockJob)));
