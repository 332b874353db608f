// One transport under an agreement, from the order to the headers: whoever acts in it does so with their own key, on the truck by
// two signatures each, and on the ledger by calls that anyone may bring.

import { writeFileSync } from 'node:fs';
import type { Actor } from './cast.js';
import { orderFile, shipmentFile } from './medical-config.js';
import type { Stage } from './stage.js';

export const PRICE_WEI = 10n ** 18n;
export const BOND_WEI = 10n ** 16n;

const MOST_ATTEMPTS = 3;

export interface Standing {
  readonly state: string;
  readonly holder: string;
  readonly outS?: number;
  readonly credits: { readonly payer: string; readonly payee: string };
}

export interface TransportOrder {
  /** SSCCs, and serials of packs. */
  readonly loadUnits: readonly string[];
  readonly serials: readonly string[];
  readonly disputeHours: number;
}

export class Transport {
  readonly id: string;
  readonly #stage: Stage;
  #handovers = 0;
  #headers = 0;

  private constructor(stage: Stage, id: string) {
    this.#stage = stage;
    this.id = id;
  }

  /** Ordered, agreed upon by maker and carrier, and the price held by the contract. */
  static async agree(
    stage: Stage,
    id: string,
    { loadUnits, serials, disputeHours }: TransportOrder,
  ): Promise<Transport> {
    const transport = new Transport(stage, id);
    const { story, cast, config, file, ledger, agreements } = stage;
    writeFileSync(file(`${id}.yaml`), shipmentFile(id, loadUnits, serials));
    await story.coldgate('shipment', 'create', file(`${id}.yaml`), '-c', config);
    const field = await story.coldgate('agreement', 'field', id, '-c', config);
    const order = orderFile({
      ...{ maker: cast.of('maker'), carrier: cast.of('carrier'), pharmacy: cast.of('pharmacy') },
      ...{ inspector: cast.of('inspector'), anchor: ledger.contract, field, disputeHours },
      ...{ priceWei: String(PRICE_WEI), bondWei: String(BOND_WEI) },
    });
    writeFileSync(file(`${id}-order.yaml`), order);
    const at = ['--contract', agreements, '--chain-id', String(ledger.chainId)];
    await story.coldgate(
      'agreement',
      'propose',
      file(`${id}-order.yaml`),
      ...at,
      '-o',
      transport.#file('proposed'),
    );
    const sign = (from: string, who: Actor, to: string) =>
      story.coldgate('agreement', 'sign', transport.#file(from), ...cast.as(who), '-o', transport.#file(to));
    await sign('proposed', 'maker', 'half');
    await sign('half', 'carrier', 'agreement');
    await transport.act('carrier', 'create');
    await transport.act('maker', 'fund');
    return transport;
  }

  /** A step of the agreement on the ledger. */
  act(who: Actor, step: string, ...more: readonly string[]): Promise<string> {
    const { story, cast, ledger } = this.#stage;
    const words = ['agreement', step, this.#file('agreement'), ...more];
    return story.coldgate(...words, '--rpc', ledger.rpcUrl, ...cast.as(who));
  }

  /** A step of the shipment on the truck. */
  step(step: 'arm' | 'depart' | 'deliver'): Promise<string> {
    const { story, config } = this.#stage;
    return story.coldgate('shipment', step, this.id, '-c', config);
  }

  /** Goods pass from one to the other: both sign on the truck, and the ledger is told. */
  async handOver(from: Actor, to: Actor): Promise<void> {
    const { story, cast, config } = this.#stage;
    this.#handovers += 1;
    const given = this.#file(`given-${this.#handovers}`);
    const taken = this.#file(`taken-${this.#handovers}`);
    const give = ['custody', 'give', this.id, '--agreement', this.#file('agreement'), ...cast.as(from)];
    await story.coldgate(...give, '--to', cast.of(to), '-o', given, '-c', config);
    await story.coldgate('custody', 'take', given, ...cast.as(to), '-o', taken, '-c', config);
    await this.act('carrier', 'handover', taken);
  }

  /** The truck's headers over the whole way are shown to the contract. */
  async claim(): Promise<void> {
    await this.#withHeaders((headers) => this.act('carrier', 'claim', '--headers', headers));
  }

  /** Readings of the shipment that were out of range are shown to the contract. @param bundle their evidence */
  async contradict(bundle: string): Promise<void> {
    await this.#withHeaders((headers) => this.act('maker', 'contradict', bundle, '--headers', headers));
  }

  /** The ledger has a header over all that the log holds now. */
  async anchored(): Promise<void> {
    const { story, anchoredSize, size } = this.#stage;
    const whole = size();
    await story.until('the ledger has a header over the log', () =>
      anchoredSize() >= whole ? true : undefined,
    );
  }

  /** The contract wants the headers up to the newest one; a newer one may come in between. */
  async #withHeaders(show: (headers: string) => Promise<unknown>): Promise<void> {
    const { story, config } = this.#stage;
    await this.anchored();
    for (let attempt = 1; ; attempt += 1) {
      this.#headers += 1;
      const headers = this.#file(`headers-${this.#headers}`);
      await story.coldgate('agreement', 'headers', '-c', config, '-o', headers);
      try {
        await show(headers);
        return;
      } catch (error) {
        if (attempt === MOST_ATTEMPTS || !String(error).includes('NotAnchored')) throw error;
      }
    }
  }

  standing(): Promise<Standing> {
    const { story, ledger } = this.#stage;
    return story.json<Standing>('agreement', 'status', this.#file('agreement'), '--rpc', ledger.rpcUrl);
  }

  #file(name: string): string {
    return this.#stage.file(`${this.id}-${name}.json`);
  }
}
