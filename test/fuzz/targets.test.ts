// Everything that takes bytes from outside, fed with damaged and hostile inputs: a refusal is an answer or the documented
// typed error, none costs a second of CPU, and memory does not grow. Plain `npm test` runs a slice; `npm run test:fuzz` runs ten million, and
// prints one JSON line for each target and one for all. The seed gives the same inputs again.

import { afterAll, expect, test } from 'vitest';
import { fuzz, MOST_GROWTH_MIB, MOST_MS, type Outcome } from './fuzz-run.js';
import type { FuzzTarget } from './fuzz-target.js';
import { cborTargets } from './targets/cbor.js';
import { chainTargets } from './targets/chain-answers.js';
import { clientTargets } from './targets/client.js';
import { epcisTargets } from './targets/epcis.js';
import { evidenceTargets } from './targets/evidence-files.js';
import { fileTargets } from './targets/files-of-others.js';
import { fleetTargets } from './targets/fleet.js';
import { httpTargets } from './targets/http.js';
import { labelTargets } from './targets/labels.js';
import { messageTargets } from './targets/message-json.js';
import { mqttTargets } from './targets/mqtt-packets.js';
import { sealedTargets } from './targets/sealed.js';
import { sensorPayloads } from './targets/sensor-payloads.js';
import { textTargets } from './targets/texts.js';
import { wireTargets } from './targets/wire-protocols.js';

/** Of 1,595 inputs over all targets; 0 is the slice of a plain run. */
const ROUNDS = Number(process.env.COLDGATE_FUZZ_ROUNDS ?? 0);
const SEED = process.env.COLDGATE_FUZZ_SEED ?? 'coldgate';
const ONLY = process.env.COLDGATE_FUZZ_ONLY ?? '';
const LIMIT_MS = 60_000 + ROUNDS * 2_000;

const doors: readonly [string, () => readonly FuzzTarget[] | Promise<readonly FuzzTarget[]>][] = [
  ['bytes on a wire', wireTargets],
  ['tags and labels', labelTargets],
  ['sensor payloads', sensorPayloads],
  ['records and CBOR', cborTargets],
  ['messages to the gateway', messageTargets],
  ["messages to an integrator's client", clientTargets],
  ['evidence', evidenceTargets],
  ['files that people send each other', fileTargets],
  ['sealed files and parts', sealedTargets],
  ['a fleet and its owner', fleetTargets],
  ['EPCIS documents', epcisTargets],
  ['texts that people edit', textTargets],
  ['answers of a chain', chainTargets],
  ['HTTP', httpTargets],
  ['MQTT packets', mqttTargets],
];

const outcomes: Outcome[] = [];

test.each(doors)(
  '%s: nothing but the typed error, none takes a second, and memory stays',
  async (_door, open) => {
    for (const target of await open()) {
      if (!target.name.startsWith(ONLY)) continue;
      const inputs = ROUNDS === 0 ? target.slice : Math.ceil(ROUNDS * target.share);
      const { outcome, growthMiB, kept } = await fuzz(target, inputs, SEED);
      await target.close?.();
      outcomes.push(outcome);
      if (ROUNDS > 0 || kept.length > 0) console.info(JSON.stringify(outcome));
      expect.soft(kept, target.name).toEqual([]);
      expect.soft(outcome.slowestMs, target.name).toBeLessThanOrEqual(MOST_MS);
      expect.soft(growthMiB, target.name).toBeLessThanOrEqual(MOST_GROWTH_MIB);
      // A target that takes nothing, or refuses nothing, tests nothing.
      expect.soft(Math.min(outcome.accepted, outcome.refused), target.name).toBeGreaterThan(0);
    }
  },
  LIMIT_MS,
);

afterAll(() => {
  const sum = (figure: 'inputs' | 'refused' | 'accepted' | 'crashes' | 'seconds') =>
    Math.round(outcomes.reduce((total, outcome) => total + outcome[figure], 0));
  const most = (figure: 'slowestMs' | 'peakRssMiB') =>
    Math.max(...outcomes.map((outcome) => outcome[figure]));
  console.info(
    JSON.stringify({
      ...{
        fuzz: 'all',
        seed: SEED,
        targets: outcomes.length,
        inputs: sum('inputs'),
        refused: sum('refused'),
      },
      ...{ accepted: sum('accepted'), crashes: sum('crashes'), slowestMs: most('slowestMs') },
      ...{ peakRssMiB: most('peakRssMiB'), seconds: sum('seconds') },
    }),
  );
});
