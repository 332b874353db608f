// What is proven, what is known of one pack, and the files that leave the gateway: bundles, reports, inspector packs.

import { json as jsonOf } from 'node:stream/consumers';
import type { FastifyReply } from 'fastify';
import { evidenceRoutes } from '../api/evidence.js';
import { traceAnswer, traceRoutes } from '../api/trace.js';
import type { FileWish } from '../files/file-desk.js';
import type { Visitor } from '../people/visitor.js';
import { bind } from '../server/route-binding.js';
import { requireOneSelection } from '../views/evidence-view.js';
import type { HandlerParts, ViewParts } from './handler-parts.js';

const contentTypes: Readonly<Record<string, string>> = {
  cbor: 'application/cbor',
  csv: 'text/csv; charset=utf-8',
  json: 'application/json',
  pdf: 'application/pdf',
  zip: 'application/zip',
};

/** As the log names who took a file. */
function nameOf(visitor: Visitor): string {
  if (visitor.kind === 'person') return `console: ${visitor.session.name}`;
  return visitor.kind === 'program' ? `console: token ${visitor.token.id}` : 'console';
}

export function bindEvidence({ app, binding, files, evidenceView }: HandlerParts & ViewParts): void {
  /** Names hold only letters, digits, `-`, `_` and the dot of the ending. */
  const send = async (wish: Omit<FileWish, 'reader'>, visitor: Visitor, reply: FastifyReply) => {
    const file = await files.make({ ...wish, reader: nameOf(visitor) });
    const ending = wish.fileName.split('.').at(-1) ?? '';
    reply.header('content-type', contentTypes[ending] ?? 'application/octet-stream');
    reply.header('content-disposition', `attachment; filename="${wish.fileName}"`);
    return file;
  };
  const iso = (unixMs: number) => new Date(unixMs).toISOString();

  bind(app, binding, evidenceRoutes.state, ({ query }) => evidenceView.read(query));

  bind(app, binding, evidenceRoutes.bundle, ({ query, visitor, reply }) => {
    requireOneSelection(query);
    const { shipment, fromMs, toMs, sequence, format, isSignedOnly } = query;
    // Refuses what is not there before a process is started.
    evidenceView.read(query);
    const selection =
      shipment !== undefined
        ? ['--shipment', shipment]
        : sequence !== undefined
          ? ['--sequence', String(sequence)]
          : ['--from', iso(fromMs ?? 0), '--to', iso(toMs ?? 0)];
    const name = shipment ?? (sequence === undefined ? `${fromMs}-${toMs}` : `record-${sequence}`);
    const isBinary = format === 'binary';
    const words = [
      'export',
      ...selection,
      '--format',
      isBinary ? 'bundle-cbor' : 'bundle',
      ...(isSignedOnly ? ['--signed-only'] : []),
    ];
    return send({ words, fileName: `bundle-${name}.${isBinary ? 'cbor' : 'json'}` }, visitor, reply);
  });

  bind(app, binding, evidenceRoutes.report, ({ params: { id }, query: { format }, visitor, reply }) =>
    send({ words: ['report', id], fileName: `report-${id}.${format}` }, visitor, reply),
  );

  bind(app, binding, evidenceRoutes.pack, ({ params: { id }, visitor, reply }) =>
    send({ words: ['inspect', id], fileName: `inspection-${id}.zip` }, visitor, reply),
  );

  // By the command too: the console role itself asks no ledger.
  bind(app, binding, traceRoutes.read, async ({ query: { id }, visitor }) =>
    traceAnswer.parse(
      await jsonOf(
        await files.make({ words: ['trace', id], fileName: 'trace.json', reader: nameOf(visitor) }),
      ),
    ),
  );
}
