// A lot comes into the world: its packs on the ledger as one salted root, and its key and a signed list on the truck.

import { writeFileSync } from 'node:fs';
import { EXPIRY, GTIN, LOT, SERIALS } from './goods.js';
import type { Stage } from './stage.js';

/** The maker's desk. Its files: lot.json (secret), lot-key.json (for gateways), cards of packs. */
export class LotDesk {
  readonly #stage: Stage;

  private constructor(stage: Stage) {
    this.#stage = stage;
  }

  static async commission(stage: Stage): Promise<LotDesk> {
    const { story, cast, file, config } = stage;
    const desk = new LotDesk(stage);
    for (const [role, who] of [
      ['maker', 'maker'],
      ['pharmacy', 'pharmacy'],
      ['pharmacy', 'other-pharmacy'],
    ] as const) {
      await story.coldgate('serials', 'appoint', role, cast.of(who), ...desk.node, ...cast.as('inspector'));
    }
    writeFileSync(file('serials.txt'), `${SERIALS.join('\n')}\n`);
    const about = ['--gtin', GTIN, '--lot', LOT, '--expiry', EXPIRY, '--serials', file('serials.txt')];
    await story.coldgate('serials', 'lot', ...about, '-o', file('lot.json'));
    await story.coldgate('serials', 'commission', file('lot.json'), ...desk.node, ...cast.as('maker'));
    const maker = ['--maker', cast.of('maker')];
    await story.coldgate('serials', 'key', file('lot.json'), ...maker, '-o', file('lot-key.json'));
    const snapshot = ['serials', 'snapshot', file('lot.json'), '-o', file('snapshot.json')];
    await story.coldgate(...snapshot, ...desk.node, ...cast.as('maker'));
    await story.coldgate('serials', 'import', file('snapshot.json'), file('lot-key.json'), '-c', config);
    return desk;
  }

  /** Options that name node and contract. */
  get node(): readonly string[] {
    return ['--rpc', this.#stage.ledger.rpcUrl, '--contract', this.#stage.serials];
  }

  /** Makes the card that lies under a pack's label. @returns its file */
  async card(serial: string): Promise<string> {
    const { story, cast, file, serials, ledger } = this.#stage;
    const card = file(`card-${serial}.json`);
    const about = ['--serial', serial, '--maker', cast.of('maker'), '--contract', serials];
    await story.coldgate(
      ...['serials', 'card', file('lot.json'), ...about],
      ...['--chain-id', String(ledger.chainId), '-o', card],
    );
    return card;
  }

  /** The words with which anybody asks the ledger for a pack. */
  verify(card: string): readonly string[] {
    return ['serials', 'verify', card, '--rpc', this.#stage.ledger.rpcUrl];
  }
}
