// The verifier page, for the frame on the evidence page and for whoever wants to save it. It brings its own policy; the
// sandbox takes the console's origin from it, so that no file of a stranger is ever next to a session.

import type { FastifyInstance } from 'fastify';
import { readVerifierPage } from '../../verifier/verifier-page.js';

/** No origin, no forms, no windows; its own scripts and printing. */
const policy = "sandbox allow-scripts allow-modals; frame-ancestors 'self'";

export function serveVerifier(app: FastifyInstance): void {
  app.get('/verifier.html', (_request, reply) =>
    reply
      .header('content-type', 'text/html; charset=utf-8')
      .header('content-security-policy', policy)
      .header('x-frame-options', 'SAMEORIGIN')
      .header('cache-control', 'no-cache')
      .send(readVerifierPage()),
  );
}
