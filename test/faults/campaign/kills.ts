// The gateway is killed again and again under load, at random moments. kill -9 cannot tell a durable commit from one in
// the page cache (power-cuts.ts does); it tells whether an acknowledgement waits for the commit at all, and whether the
// log goes on where it ended.

import { join } from 'node:path';
import { roleCommand } from '../gateway-command.js';
import { auditJournal } from '../journal-audit.js';
import { Belongings } from './belongings.js';
import type { LegTools } from './leg.js';
import { SerialSide } from './serial-side.js';
import { addUp, orBroken, type Summary } from './summary.js';
import { Truck } from './truck.js';

/** The audit reads all of it. */
const KILLS_PER_LOG = 100;
const SAY_EACH = 25;

/** Kills it so many times over one log, and audits it as the last kill left it: nobody has tidied up. */
async function oneLog(path: string, serial: SerialSide, kills: number, tools: LegTools, done: number) {
  const belongings = new Belongings();
  tools.belongings.keep(() => belongings.giveUp());
  try {
    const truck = await Truck.build(path, serial, belongings);
    let [worstStartSeconds, complaints] = [0, 0];
    let kill = 0;
    for (; kill < kills && !tools.isOver(); kill++) {
      const { gateway, startSeconds = 0 } = await truck.live(
        roleCommand(truck.folder.config),
        tools.random,
        belongings,
      );
      await gateway.kill();
      truck.disconnect();
      worstStartSeconds = Math.max(worstStartSeconds, startSeconds);
      for (const trouble of gateway.troubles.filter(({ code }) => code !== undefined)) {
        complaints += 1;
        console.error(trouble);
      }
      if ((done + kill + 1) % SAY_EACH === 0) tools.say(`${done + kill + 1} kills`);
    }
    const audit = auditJournal(truck.folder.journal);
    const { size, checkpoints } = audit;
    return addUp([
      { kills: kill, records: size, checkpoints, worstStartSeconds, complaints },
      truck.judge(audit),
    ]);
  } finally {
    await belongings.giveUp();
  }
}

/** @throws AssertionError if a log is not whole */
export async function runKills(tools: LegTools): Promise<Summary> {
  const serial = await SerialSide.plugIn(tools.belongings);
  const parts: Summary[] = [];
  for (let done = 0; done < tools.times && !tools.isOver(); done += KILLS_PER_LOG) {
    const kills = Math.min(KILLS_PER_LOG, tools.times - done);
    const path = join(tools.folder, `log-${done}`);
    parts.push(await orBroken(() => oneLog(path, serial, kills, tools, done)));
  }
  return addUp(parts);
}
