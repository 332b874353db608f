// `coldgate topics`: the contract with integrators, as people read it and as programs do.

import { asyncApiDocument } from '../contract/asyncapi.js';
import { contractPayloads, schemaDocument } from '../contract/json-schemas.js';
import { type ContractTopic, contractRules, topicContract } from '../contract/topic-contract.js';
import { type CliIo, type ExitCode, exitCodes, UsageError } from './cli-io.js';

export interface TopicsOptions {
  readonly asyncapi?: boolean;
  /** Name of a payload. */
  readonly schema?: string;
}

function topicLines({
  address,
  action,
  peer,
  summary,
  isRetained,
  order,
  maxBytes,
  payloads,
}: ContractTopic): string[] {
  const way = action === 'send' ? `gateway -> ${peer}` : `${peer} -> gateway`;
  return [
    address,
    `  ${way}: ${summary}`,
    `  QoS 1, ${isRetained ? 'retained' : 'not retained'}, at most ${maxBytes} bytes; ${order}`,
    `  schema: ${payloads.map(({ name, encoding }) => `${name} (${encoding})`).join(', ')}`,
    '',
  ];
}

/** Prints the contract. @throws UsageError for a schema that does not exist */
export async function runTopics({ asyncapi, schema }: TopicsOptions, io: CliIo): Promise<ExitCode> {
  if (asyncapi && schema !== undefined) {
    throw new UsageError('WRONG_USE', '--asyncapi and --schema together', 'ask for one of them');
  }
  if (asyncapi) {
    io.out(JSON.stringify(asyncApiDocument(), undefined, 2));
    return exitCodes.ok;
  }
  if (schema !== undefined) {
    const document = schemaDocument(schema);
    const names = [...contractPayloads.keys()].join(', ');
    if (!document)
      throw new UsageError('WRONG_USE', `there is no schema ${JSON.stringify(schema)}`, `there are ${names}`);
    io.out(JSON.stringify(document, undefined, 2));
    return exitCodes.ok;
  }
  for (const line of topicContract.flatMap(topicLines)) io.out(line);
  for (const rule of contractRules) io.out(`- ${rule}`);
  return exitCodes.ok;
}
