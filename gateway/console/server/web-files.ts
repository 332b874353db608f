// The pages: files that the build made, each with its compressed forms beside it. A path of the app that is no file is the
// app's own page; what its build has named by content may be kept for ever.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';

const hashed = /^\/assets\/[^/]+-[A-Za-z0-9_-]{8,}\.[a-z0-9]+$/;
const YEAR_SECONDS = 31_536_000;

/** Paths of programs: what is not found there is not found. */
const isProgramPath = (url: string) => /^\/(api|metrics|healthz)(\/|\?|$)/.test(url);

/** @param folder of the built pages; without them only the API answers */
export async function serveWeb(app: FastifyInstance, folder: string): Promise<void> {
  const hasPages = existsSync(join(folder, 'index.html'));
  if (hasPages) {
    await app.register(fastifyStatic, {
      root: folder,
      index: ['index.html'],
      preCompressed: true,
      dotfiles: 'deny',
      redirect: false,
      cacheControl: false,
    });
    app.addHook('onSend', async ({ url }, reply) => {
      if (isProgramPath(url) || reply.statusCode >= 400) return;
      const isLasting = hashed.test(url.split('?')[0] ?? '');
      reply.header('cache-control', isLasting ? `public, max-age=${YEAR_SECONDS}, immutable` : 'no-cache');
    });
  }
  app.setNotFoundHandler((request, reply) => {
    const isPage = request.method === 'GET' && !isProgramPath(request.url);
    const isAsset = /\.[a-z0-9]+($|\?)/i.test(request.url);
    if (hasPages && isPage && !isAsset) return reply.sendFile('index.html');
    const hint = hasPages ? 'see /api/openapi.json' : 'the pages are not built: npm run build';
    return reply.code(404).send({ code: 'NOT_FOUND', message: 'there is nothing here', hint });
  });
}
