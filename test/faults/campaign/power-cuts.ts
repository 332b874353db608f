// The power is cut below the running gateway: what the disk had not been told to keep is gone. The control does the same
// to synchronous=NORMAL and must lose acknowledged readings, or the campaign would prove nothing.

import { join } from 'node:path';
import { commandAt, roleCommand } from '../gateway-command.js';
import { auditJournal, type JournalAudit } from '../journal-audit.js';
import { Belongings } from './belongings.js';
import type { LegTools } from './leg.js';
import { SerialSide } from './serial-side.js';
import { addUp, orBroken, type Summary } from './summary.js';
import { Truck } from './truck.js';

/** A disk whose power can be cut. */
export interface CuttableDisk {
  readonly path: string;
  /** Makes what was written so far old. */
  settle(): void;
  /** The power goes; `kill` ends whoever uses the disk. Afterwards it is there again, as the cut left it. */
  cut(kill: () => Promise<void>): Promise<void>;
  remove(): unknown;
}

/** Each cut audits all of the log. */
const CUTS_PER_LOG = 20;
const SAY_EACH = 20;

async function cutsOnOneLog(
  disk: CuttableDisk,
  serial: SerialSide,
  cuts: number,
  tools: LegTools,
  counted: string,
): Promise<Summary> {
  const belongings = new Belongings();
  tools.belongings.keep(() => belongings.giveUp());
  try {
    // All that the gateway writes is on the disk that loses its power: the log, the key, the mark beside it.
    const truck = await Truck.build(disk.path, serial, belongings);
    disk.settle();
    let worstStartSeconds = 0;
    let audit: JournalAudit | undefined;
    let cut = 0;
    for (; cut < cuts && !tools.isOver(); cut++) {
      const { gateway, startSeconds = 0 } = await truck.live(
        roleCommand(truck.folder.config),
        tools.random,
        belongings,
      );
      // The process may outlive its disk by some milliseconds: what it acknowledges in them must be on the disk too.
      await disk.cut(() => gateway.kill());
      truck.disconnect();
      worstStartSeconds = Math.max(worstStartSeconds, startSeconds);
      // A first cut may come before there is a log.
      if (audit || truck.acknowledged > 0) audit = auditJournal(truck.folder.journal, audit?.size ?? 0);
      // A log that has lost its end is not taken up again.
      if (audit && truck.judge(audit).lost) break;
    }
    const { size = 0, checkpoints = 0 } = audit ?? {};
    return addUp([
      { [counted]: cut, records: size, checkpoints, worstStartSeconds },
      audit ? truck.judge(audit) : {},
    ]);
  } finally {
    await belongings.giveUp();
  }
}

/** @param counted the name under which cuts are counted */
export async function runCuts(
  tools: LegTools,
  counted: string,
  makeDisk: () => CuttableDisk | Promise<CuttableDisk>,
): Promise<Summary> {
  const serial = await SerialSide.plugIn(tools.belongings);
  const parts: Summary[] = [];
  for (let done = 0; done < tools.times && !tools.isOver(); done += CUTS_PER_LOG) {
    const disk = await makeDisk();
    tools.belongings.keep(() => disk.remove());
    const cuts = Math.min(CUTS_PER_LOG, tools.times - done);
    parts.push(await orBroken(() => cutsOnOneLog(disk, serial, cuts, tools, counted)));
    await disk.remove();
    if ((done + cuts) % SAY_EACH === 0) tools.say(`${done + cuts} cuts`);
  }
  return addUp(parts);
}

/** What is left of a log that lost what it had confirmed; one that lost even its tables has nothing. */
function lostAfter(truck: Truck): number {
  try {
    return truck.judge(auditJournal(truck.folder.journal)).lost ?? 0;
  } catch {
    return truck.acknowledged;
  }
}

/** A new log for each cut: one that has lost its end is refused. */
export async function runControl(
  tools: LegTools,
  cuts: number,
  makeDisk: () => CuttableDisk | Promise<CuttableDisk>,
): Promise<{ readonly cutsWithLoss: number; readonly lossPercent: number }> {
  const serial = await SerialSide.plugIn(tools.belongings);
  let [lost, acknowledged, cutsWithLoss] = [0, 0, 0];
  const disk = await makeDisk();
  tools.belongings.keep(() => disk.remove());
  for (let cut = 0; cut < cuts; cut++) {
    const belongings = new Belongings();
    tools.belongings.keep(() => belongings.giveUp());
    const truck = await Truck.build(join(disk.path, String(cut)), serial, belongings);
    disk.settle();
    const { gateway } = await truck.live(
      commandAt(truck.folder.config, 'NORMAL'),
      tools.random,
      belongings,
      0,
    );
    await disk.cut(() => gateway.kill());
    truck.disconnect();
    const gone = lostAfter(truck);
    lost += gone;
    acknowledged += truck.acknowledged;
    if (gone > 0) cutsWithLoss += 1;
    await belongings.giveUp();
  }
  return {
    cutsWithLoss,
    lossPercent: acknowledged === 0 ? 0 : Math.round((1000 * lost) / acknowledged) / 10,
  };
}
