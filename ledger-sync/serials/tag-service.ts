// Asks a service that holds makers' keys whether chips have proven themselves. Its face is small, since the makers' own ones
// are open to their partners only: whoever has a contract with one puts a few lines between (PROTOCOL.md, "Serials").
//
//   POST {"version":1,"proofs":[{"suite":"impinj","message":"..","response":"..","tid":".."}]}, a bearer token
//   200  {"version":1,"results":["genuine","not-genuine","unknown"]}, one for each, in their order

import * as z from 'zod';
import { LedgerError } from '../anchor/ledger-error.js';
import { boundedFetch } from './bounded-fetch.js';

/** All lower-case hex. */
export interface ServiceProof {
  readonly suite: 'impinj';
  /** As the chip was sent it, 6 bytes. */
  readonly message: string;
  /** 8 bytes. */
  readonly response: string;
  /** Words 1, 3, 4 and 5 of the TID. */
  readonly tid: string;
}

export const serviceResults = ['genuine', 'not-genuine', 'unknown'] as const;
export type ServiceResult = (typeof serviceResults)[number];

/** Proofs of one request. */
export const MAX_PROOFS = 50;
const MAX_ANSWER_BYTES = 64 * 1024;
const hint = 'It is asked again later. If it lasts, check tagService and its token.';
const answerSchema = z.looseObject({ version: z.literal(1), results: z.array(z.enum(serviceResults)) });

/**
 * @param proofs at most MAX_PROOFS
 * @param token bearer token, if the service wants one
 * @returns one result for each
 * @throws LedgerError as `boundedFetch`; RPC_MALFORMED for an answer that is none; the abort's own reason
 */
export async function askTagService(
  url: string,
  token: string | undefined,
  proofs: readonly ServiceProof[],
  signal: AbortSignal,
): Promise<readonly ServiceResult[]> {
  const headers = {
    ...{ accept: 'application/json', 'content-type': 'application/json' },
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
  };
  const body = JSON.stringify({ version: 1, proofs });
  const maxBytes = MAX_ANSWER_BYTES;
  const { text } = await boundedFetch({ url, what: 'tag service', hint, maxBytes, headers, body, signal });
  const results = resultsIn(text);
  if (results?.length === proofs.length) return results;
  const told = results ? `${results.length} results for ${proofs.length} proofs` : 'no answer as agreed';
  throw new LedgerError('RPC_MALFORMED', `${new URL(url).host}: tag service: ${told}`, hint);
}

function resultsIn(text: string): readonly ServiceResult[] | undefined {
  try {
    return answerSchema.safeParse(JSON.parse(text)).data?.results;
  } catch {
    return undefined;
  }
}
