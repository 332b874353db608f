// A handler that answers with a refusal where its work meets something that it cannot read, such as a row that somebody has
// changed by hand. Any other error is the program's own fault and goes on.

import type { RequestHandler, RequestOutcome } from './request.js';

/** @param refusalFor the refusal that an error is; undefined: it is none */
export function refusingHandler(
  handler: RequestHandler,
  refusalFor: (error: unknown) => RequestOutcome | undefined,
): RequestHandler {
  return {
    ...handler,
    handle: (request, context) => {
      try {
        return handler.handle(request, context);
      } catch (error) {
        const refused = refusalFor(error);
        if (refused) return refused;
        throw error;
      }
    },
  };
}
