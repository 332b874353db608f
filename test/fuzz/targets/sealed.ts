// Sealed files and sealed parts of messages, opened with the key that they were sealed for.

import { PartSealer } from '../../../gateway/privacy/part-sealer.js';
import { toHex } from '../../../ledger-sync/evidence/bytes.js';
import { makeRecipientKey } from '../../../ledger-sync/sealed/key-wrap.js';
import { SealedError } from '../../../ledger-sync/sealed/sealed-error.js';
import { openSealed, recipientsOf, sealFile } from '../../../ledger-sync/sealed/sealed-file.js';
import { SealedReader } from '../../../ledger-sync/sealed/sealed-part.js';
import { bytesOf, type FuzzTarget, jsonBytes, refusedBy, refusedLaterBy, textOf } from '../fuzz-target.js';

const about = 'coldgate/1/truck-17/status';

/** A part as a gateway seals it. */
async function sealedPart(recipient: string): Promise<object> {
  let onReady = () => {};
  const ready = new Promise<void>((resolve) => {
    onReady = resolve;
  });
  const sealer = new PartSealer({
    ...{ readers: () => [recipient], topicKey: new Uint8Array(32).fill(5), nowMs: () => 0, onReady },
    onTrouble: (reason) => {
      throw new Error(reason);
    },
  });
  if (!sealer.isReady) await ready;
  return sealer.seal('{"version":1}', about);
}

export async function sealedTargets(): Promise<FuzzTarget[]> {
  const { publicKey, privateKey } = await makeRecipientKey();
  const recipient = toHex(publicKey);
  const reader = new SealedReader(privateKey);
  return [
    {
      name: 'sealed file',
      seeds: [await sealFile(bytesOf('{"what":"a bundle"}'), 'application/json', [recipient])],
      slice: 300,
      share: 3,
      feed: (input) => {
        refusedBy([SealedError], () => recipientsOf(input));
        return refusedLaterBy([SealedError], () => openSealed(input, privateKey));
      },
    },
    {
      name: 'sealed part',
      seeds: [jsonBytes(await sealedPart(recipient))],
      isJson: true,
      slice: 300,
      share: 3,
      feed: (input) => {
        let value: unknown;
        const isJson = refusedBy([SyntaxError], () => {
          value = JSON.parse(textOf(input));
        });
        if (isJson === 'refused') return isJson;
        return refusedLaterBy([SealedError], () => reader.text(value, about));
      },
    },
  ];
}
