// The legs of the campaign by name: how often each runs in the full form, and what runs.

import { runFlips, runLedgerFlips } from './bit-flips.js';
import { loopDisk, requireDisks } from './cuttable-loop.js';
import { runFills } from './fills.js';
import { runKills } from './kills.js';
import { mountLazyFs, requireLazyFs } from './lazy-fs.js';
import type { Leg } from './leg.js';
import { runControl, runCuts } from './power-cuts.js';
import { runSyscallFaults } from './syscall-faults.js';

export interface NamedLeg {
  /** In the full form. */
  readonly times: number;
  /** A missing program is told and fails nothing. */
  readonly isOptional?: boolean;
  /** It looks at how long a start takes: nothing else runs beside it. */
  readonly isTimed?: boolean;
  readonly run: Leg;
}

const FULL_CONTROL_CUTS = 40;
const FULL_CUTS = 300;
/** Now and then one loses nothing. */
const LEAST_CONTROL_CUTS = 3;
const LAZYFS_CUTS_PER_CONTROL = 10;

export const legs: Readonly<Record<string, NamedLeg>> = {
  kills: { times: 1000, isTimed: true, run: runKills },
  cuts: {
    times: FULL_CUTS,
    isTimed: true,
    run: async (tools) => {
      requireDisks();
      const cuts = await runCuts(tools, 'powerCuts', loopDisk);
      const controlCuts = Math.max(
        LEAST_CONTROL_CUTS,
        Math.ceil((tools.times * FULL_CONTROL_CUTS) / FULL_CUTS),
      );
      const { cutsWithLoss, lossPercent } = await runControl(tools, controlCuts, loopDisk);
      return {
        ...cuts,
        controlCuts,
        controlCutsWithLoss: cutsWithLoss,
        controlLossPercent: lossPercent,
      };
    },
  },
  flips: { times: 10_000, run: runFlips },
  ledgerflips: { times: 5_000, run: runLedgerFlips },
  fills: { times: 100, run: runFills },
  /** How often: the last n of which the nth call fails; a run that goes through ends a series before. */
  syscalls: { times: 1000, run: runSyscallFaults },
  lazyfs: {
    times: 40,
    isOptional: true,
    isTimed: true,
    run: async (tools) => {
      requireLazyFs();
      const makeDisk = () => mountLazyFs(tools.folder);
      const cuts = await runCuts(tools, 'lazyfsCuts', makeDisk);
      const control = await runControl(tools, Math.ceil(tools.times / LAZYFS_CUTS_PER_CONTROL), makeDisk);
      return { ...cuts, lazyfsControlLossPercent: control.lossPercent };
    },
  },
};
