// One connection of an edge node as a state machine (Sparkplug 3.0, chapter 5): what arrives goes in, what must be
// published comes out. Births first, then data; one sequence for all; a rebirth when the host asks for it. Pure.

import { birthPayload, dataPayload, deviceDeathPayload, nodeDeathPayload } from './edge-messages.js';
import { type Change, type EdgeMetrics, nodeMetricNames } from './edge-metrics.js';
import type { EdgeTopics } from './edge-topics.js';
import { HostState } from './host-state.js';
import { decodePayload } from './payload-reader.js';
import { SparkplugError } from './sparkplug-error.js';
import { ToldMetrics } from './told-metrics.js';

/** Numbers of messages and of connections run 0 to 255. */
const SEQ_COUNT = 256;
/** A server on which the host says nothing, or that it is offline, is left after so long, more or less half of it. */
const HOST_PATIENCE_MS = 20_000;

export type SessionAction =
  | { readonly do: 'publish'; readonly topic: string; readonly payload: Uint8Array; readonly qos: 0 | 1 }
  /** End this connection in order, and try the next server. */
  | { readonly do: 'walk'; readonly reason: string }
  /** A message from outside that is not obeyed. */
  | { readonly do: 'refuse'; readonly reason: string };

export interface Telling {
  readonly isTold: boolean;
  readonly actions: readonly SessionAction[];
}

export interface SessionParts {
  readonly topics: EdgeTopics;
  readonly metrics: EdgeMetrics;
  /** Of the will of this connection. */
  readonly bdSeq: number;
  readonly primaryHostId: string | undefined;
  /** Whether there is another server to go to. */
  readonly hasNextServer: boolean;
  readonly rebirthMinIntervalMs: number;
  /** Unix ms, told to the host. */
  readonly nowMs: () => number;
  /** Monotonic ms, for the pauses. */
  readonly uptimeMs: () => number;
  readonly random: () => number;
}

export class EdgeSession {
  readonly #parts: SessionParts;
  readonly #host = new HostState();
  readonly #told: ToldMetrics;
  #seq = 0;
  #isSubscribed = false;
  #isHostOnline = false;
  #bornAtMs: number | undefined;
  #isEnded = false;
  /** The host has asked for births that may not be sent yet: no data until then. */
  #isStopped = false;
  #walkAtMs: number | undefined;

  constructor(parts: SessionParts) {
    this.#parts = parts;
    this.#told = new ToldMetrics(parts.metrics);
  }

  /** Topics to subscribe to with QoS 1, before anything is published. No device takes commands. */
  get subscriptions(): readonly string[] {
    const { topics, primaryHostId } = this.#parts;
    return [topics.nodeCommand, ...(primaryHostId === undefined ? [] : [topics.hostState(primaryHostId)])];
  }

  /** Whether data would be told now. */
  get isTelling(): boolean {
    return this.#bornAtMs !== undefined && !this.#isStopped && !this.#isEnded;
  }

  /** When `tick` has something to do, on the monotonic clock. */
  get wakeAtMs(): number | undefined {
    if (this.#isEnded) return undefined;
    return this.#owesBirths() ? this.#birthsAllowedAtMs : this.#walkAtMs;
  }

  /** The subscriptions stand. */
  subscribed(): SessionAction[] {
    if (this.#isEnded) return [];
    this.#isSubscribed = true;
    if (this.#parts.primaryHostId === undefined || this.#isHostOnline) return this.#births();
    this.#setWalk();
    return [];
  }

  /** A message on one of the subscribed topics; a retained command is no command of now. */
  message(topic: string, payload: Uint8Array, isRetained: boolean): SessionAction[] {
    const { topics, primaryHostId } = this.#parts;
    if (this.#isEnded) return [];
    if (primaryHostId !== undefined && topic === topics.hostState(primaryHostId))
      return this.#hostSays(payload);
    if (topic !== topics.nodeCommand) return [];
    if (isRetained) return [{ do: 'refuse', reason: 'a retained command' }];
    return this.#command(payload);
  }

  /**
   * Tells what has changed; changes of devices without a birth wait for it. What was not told must come again as history;
   * what is current stands in the births.
   */
  tell(changes: readonly Change[], isHistorical: boolean): Telling {
    if (!this.isTelling) return { isTold: false, actions: [] };
    if (!isHistorical) {
      return { isTold: true, actions: [...this.#data(changes, false), ...this.#deaths(), ...this.tick()] };
    }
    const births = this.tick();
    const isTold =
      this.isTelling && changes.every(({ device }) => device.isLost || this.#told.isBorn(device));
    return { isTold, actions: isTold ? [...births, ...this.#data(changes, true)] : births };
  }

  /** Does what was put off: births, and leaving a server without its host. */
  tick(): SessionAction[] {
    if (this.#isEnded) return [];
    const now = this.#parts.uptimeMs();
    if (this.#owesBirths()) return now >= this.#birthsAllowedAtMs ? this.#births() : [];
    if (this.#walkAtMs === undefined || now < this.#walkAtMs) return [];
    return this.#walk('the primary host is not on this server');
  }

  /** The end that is meant: the node's death, if it was ever born. */
  leave(): SessionAction[] {
    const wasBorn = this.#bornAtMs !== undefined && !this.#isEnded;
    this.#isEnded = true;
    if (!wasBorn) return [];
    const { topics, bdSeq } = this.#parts;
    return [{ do: 'publish', topic: topics.nodeDeath, payload: nodeDeathPayload(bdSeq), qos: 1 }];
  }

  get #birthsAllowedAtMs(): number {
    return (this.#bornAtMs ?? Number.NEGATIVE_INFINITY) + this.#parts.rebirthMinIntervalMs;
  }

  #owesBirths(): boolean {
    return this.#bornAtMs !== undefined && (this.#isStopped || this.#told.hasUnborn);
  }

  #births(): SessionAction[] {
    const { metrics, topics, bdSeq, nowMs, uptimeMs } = this.#parts;
    metrics.setNode(nodeMetricNames.bdSeq, bdSeq);
    this.#bornAtMs = uptimeMs();
    this.#isStopped = false;
    this.#walkAtMs = undefined;
    this.#seq = 0;
    const node = birthPayload(metrics.node.values(), this.#nextSeq(), nowMs());
    const devices = [...metrics.devices.values()].filter(({ isLost }) => !isLost);
    this.#told.bear(devices, uptimeMs());
    return [
      this.#publish(topics.nodeBirth, node),
      ...devices.map((device) =>
        this.#publish(
          topics.deviceBirth(device.name),
          birthPayload(device.cells.values(), this.#nextSeq(), nowMs()),
        ),
      ),
    ];
  }

  #data(changes: readonly Change[], isHistorical: boolean): SessionAction[] {
    const { topics, nowMs, uptimeMs } = this.#parts;
    const own = isHistorical ? [] : this.#told.nodeData(uptimeMs());
    return [
      ...own.map((values) =>
        this.#publish(topics.nodeData, dataPayload(values, false, this.#nextSeq(), nowMs())),
      ),
      ...this.#told.deviceData(changes, isHistorical).map(({ device, values }) => {
        const payload = dataPayload(values, isHistorical, this.#nextSeq(), nowMs());
        return this.#publish(topics.deviceData(device.name), payload);
      }),
    ];
  }

  #deaths(): SessionAction[] {
    const { topics, nowMs } = this.#parts;
    return this.#told.takeLost().map((device) => {
      const payload = deviceDeathPayload(this.#nextSeq(), nowMs());
      return this.#publish(topics.deviceDeath(device.name), payload);
    });
  }

  #hostSays(payload: Uint8Array): SessionAction[] {
    const word = this.#host.take(payload);
    if (word === 'ignored') return [];
    this.#isHostOnline = word === 'online';
    if (this.#bornAtMs !== undefined) {
      return this.#isHostOnline ? [] : this.#walk('the primary host is offline');
    }
    if (this.#isHostOnline) return this.#isSubscribed ? this.#births() : [];
    this.#setWalk();
    return [];
  }

  #command(payload: Uint8Array): SessionAction[] {
    try {
      const isRebirth = decodePayload(payload).metrics.some(
        ({ name, value }) => name === nodeMetricNames.rebirth && value?.field === 'boolean' && value.value,
      );
      if (!isRebirth) return [{ do: 'refuse', reason: 'a command that this node does not have' }];
    } catch (error) {
      if (!(error instanceof SparkplugError)) throw error;
      return [{ do: 'refuse', reason: error.message }];
    }
    // Births that are still to come answer it too.
    if (this.#bornAtMs === undefined) return [];
    this.#isStopped = true;
    return this.tick();
  }

  #setWalk(): void {
    const { hasNextServer, uptimeMs, random } = this.#parts;
    if (hasNextServer) this.#walkAtMs ??= uptimeMs() + HOST_PATIENCE_MS * (0.5 + random());
  }

  #walk(reason: string): SessionAction[] {
    return [...this.leave(), { do: 'walk', reason }];
  }

  #nextSeq(): number {
    const seq = this.#seq;
    this.#seq = (seq + 1) % SEQ_COUNT;
    return seq;
  }

  #publish(topic: string, payload: Uint8Array): SessionAction {
    return { do: 'publish', topic, payload, qos: 0 };
  }
}
