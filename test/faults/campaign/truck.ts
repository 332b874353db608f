// A gateway with all that a truck has around it: wires, MQTT sensors that keep what is not acknowledged, and a listener
// to the published log. Lives again and again over one log, and is judged by it.

import { setTimeout as sleep } from 'node:timers/promises';
import { type GatewayFolder, makeGatewayFolder } from '../gateway-folder.js';
import type { JournalAudit } from '../journal-audit.js';
import { PublicationWatch } from '../publication-watch.js';
import { SensorLoad } from '../sensor-load.js';
import { SpawnedGateway } from '../spawned-gateway.js';
import type { Belongings } from './belongings.js';
import type { SerialSide } from './serial-side.js';
import type { Summary } from './summary.js';

const SENSORS = ['front', 'rear', 'door', 'ceiling'];
const WINDOW_MS = 10;
/** One life in so many ends while it is still starting. */
const EARLY_SHARE = 1 / 8;
const EARLY_MS = 700;
/** From the first durable reading to the end. */
const LIFE_MS = 400;
const LOOK_MS = 2;
const START_LIMIT_MS = 30_000;

export interface Life {
  readonly gateway: SpawnedGateway;
  /** From the start of the process to the first acknowledged reading; undefined where it ended before. */
  readonly startSeconds: number | undefined;
}

export class Truck {
  readonly folder: GatewayFolder;
  readonly #load = new SensorLoad(SENSORS);
  readonly #watch = new PublicationWatch();
  readonly #serial: SerialSide;

  private constructor(folder: GatewayFolder, serial: SerialSide) {
    this.folder = folder;
    this.#serial = serial;
  }

  /** A new gateway with a new key, all of it below `path`. */
  static async build(path: string, serial: SerialSide, belongings: Belongings): Promise<Truck> {
    const { devices } = serial;
    const folder = await makeGatewayFolder(path, { sensorIds: SENSORS, devices, windowMs: WINDOW_MS });
    const truck = new Truck(folder, serial);
    belongings.keep(() => truck.disconnect());
    return truck;
  }

  /**
   * Starts the gateway and lets it work up to a random moment; it still runs then.
   * @param earlyShare of the lives end before their first reading
   */
  async live(
    command: readonly string[],
    random: () => number,
    belongings: Belongings,
    earlyShare = EARLY_SHARE,
  ): Promise<Life> {
    const startedMs = performance.now();
    const gateway = new SpawnedGateway(command);
    belongings.keep(() => gateway.kill());
    if (random() < earlyShare) {
      await sleep(random() * EARLY_MS);
      return { gateway, startSeconds: undefined };
    }
    const before = this.#load.acknowledged;
    const port = await gateway.brokerPort();
    this.#load.connect(port);
    this.#watch.connect(port);
    while (this.#load.acknowledged === before) {
      if (performance.now() - startedMs > START_LIMIT_MS)
        throw new Error('nothing is acknowledged after a start');
      await sleep(LOOK_MS);
    }
    const startSeconds = (performance.now() - startedMs) / 1000;
    await sleep(random() * LIFE_MS);
    return { gateway, startSeconds };
  }

  disconnect(): void {
    this.#load.disconnect();
    this.#watch.disconnect();
  }

  /** Readings that were acknowledged. */
  get acknowledged(): number {
    return this.#load.acknowledged;
  }

  /** Compares all that anybody was told with the log. */
  judge(audit: JournalAudit): Summary {
    const { acknowledged, lost, repeated, unexplained, reordered } = this.#load.compare(audit.readings);
    const serial = this.#serial.judge(audit);
    for (const complaint of this.#watch.complaints) console.error(complaint);
    return {
      acknowledged,
      published: this.#watch.leaves.size,
      sightings: serial.sightings,
      probeReadings: serial.probeReadings,
      // What was published and is not what the log holds is lost to whoever checks it.
      lost: lost + this.#watch.strangers(audit.leaves).length,
      doubled: unexplained + serial.doubled,
      reordered: reordered + serial.reordered,
      repeated,
      complaints: this.#watch.complaints.length,
    };
  }
}
