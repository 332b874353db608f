// While a damaged journal is taken over, which can take minutes: says so, and tells the process above that this one lives.
// Nothing else of the role is begun before the journal is there, so the beat says no more than that.

import type { Logger } from 'pino';
import { ProcessMeter } from '../health/process-meter.js';
import { PULSE_EVERY_MS, type RolePulse } from '../health/role-pulse.js';
import type { Recovering } from '../sealing/writer.js';
import { sayMended } from './mended-notice.js';
import type { MendedRows } from './rotten-rows.js';

const headline = 'the journal was damaged; what can be proven of it is taken over';

export class RecoveryBeat {
  readonly #log: Pick<Logger, 'error'>;
  readonly #onPulse: ((pulse: RolePulse) => void) | undefined;
  #end: () => void = () => {};

  constructor(log: Pick<Logger, 'error'>, onPulse: ((pulse: RolePulse) => void) | undefined) {
    this.#log = log;
    this.#onPulse = onPulse;
  }

  /** The journal is set aside. */
  begin({ code, message, folder }: Recovering): void {
    const hint = `what can be proven of it is taken over, and recording goes on by itself; keep ${folder}`;
    this.#log.error({ code, hint }, `${message}: the journal is set aside`);
    const meter = new ProcessMeter();
    const tell = () => this.#onPulse?.({ kind: 'role-pulse', process: meter.read(), devices: [], headline });
    const timer = setInterval(tell, PULSE_EVERY_MS);
    timer.unref();
    this.#end = () => {
      clearInterval(timer);
      meter.close();
    };
  }

  /** The journal is open, whether it was damaged or not. */
  end(mended: MendedRows): void {
    this.#end();
    sayMended(this.#log, mended);
  }
}
