// What the writer thread gets is what the gateway role has sent.

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { packDrafts, unpackDrafts } from '../../../gateway/sealing/packed-drafts.js';
import { anyDraft, draftWith } from '../drafts.js';

it('drafts come out of their packing as they went in, in their order', () => {
  fc.assert(
    fc.property(fc.array(anyDraft, { maxLength: 40 }), (drafts) => {
      const packed = packDrafts(drafts);
      const crossed = structuredClone(packed, { transfer: [packed.numbers.buffer] });
      expect(unpackDrafts(crossed)).toEqual(drafts);
    }),
  );
});

it('a name that no one has, an empty one, and one that is an object has everywhere are told apart', () => {
  const names = ['', '__proto__', 'constructor'];
  const drafts = names.flatMap((name) => [
    draftWith({ subjectName: name, shipmentName: name }),
    draftWith({ subjectName: name, shipmentName: undefined }),
  ]);
  expect(unpackDrafts(packDrafts(drafts))).toEqual(drafts);
});

it('what only the judges need stays behind', () => {
  const [draft] = unpackDrafts(packDrafts([draftWith({ aside: { shortTid: 'E280' } })]));
  expect(draft).not.toHaveProperty('aside');
});
