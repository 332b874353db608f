// What a role tells the process above it every second or two: that it lives, and whether what it is there for goes on. Facts
// only; what follows from them is judged in pulse-judgement.ts.

import * as z from 'zod';
import { journalFactsSchema } from './commit-meter.js';
import { deviceFactsSchema } from './device-meter.js';
import { processFactsSchema } from './process-meter.js';

export const PULSE_EVERY_MS = 2_000;

const rolePulseSchema = z.object({
  kind: z.literal('role-pulse'),
  process: processFactsSchema,
  /** Of the gateway role. */
  journal: journalFactsSchema.optional(),
  devices: z.array(deviceFactsSchema).default([]),
  /** One line on the gravest finding, for whoever has no journal open. */
  headline: z.string().default(''),
});
export type RolePulse = z.infer<typeof rolePulseSchema>;

/** undefined: it is another message. */
export function readPulse(message: unknown): RolePulse | undefined {
  const { data } = rolePulseSchema.safeParse(message);
  return data;
}
