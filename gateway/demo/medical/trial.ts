// A blinded trial: its protocol on the ledger, its kits on the truck as numbers, one of them set aside. Which arm a kit is of stands in
// a list of the sponsor that the gateway refuses to read.

import { readFileSync, writeFileSync } from 'node:fs';
import type { People } from './people.js';
import type { Stage } from './stage.js';
import { must } from './story.js';

const TRIAL = 'EX-301';
const SHIPMENT = 'SHIP-KITS';

export async function tellOfTrial(stage: Stage, people: People): Promise<void> {
  const { story, config, file, alerts } = stage;
  story.chapter('A blinded kit');
  await attestProtocol(stage);
  story.tell(
    'The protocol of a trial stands on the ledger as a salted hash: its date can be shown, its words are not there.',
  );

  const { gateway } = await story.json<{ gateway: string }>('status', '-c', config);
  const terms = { trial: TRIAL, lowMilliC: 2000, highMilliC: 8000, warmMinutes: 120, coldMinutes: 30 };
  writeFileSync(file('trial.yaml'), JSON.stringify({ ...terms, origin: gateway, gateways: [gateway] }));
  await story.coldgate('trial', 'kits', '--count', '2', '-o', file('kits.csv'));
  const [, ...kits] = readFileSync(file('kits.csv'), 'utf8').trim().split('\n');
  const [kit = '', other = ''] = kits;
  writeFileSync(file('arms.csv'), `kit,arm\n${kit},verum\n${other},placebo\n`);
  const register = ['trial', 'register', file('trial.yaml'), '-c', config];
  await story.refused(/column|heading/, ...register, '--kits', file('arms.csv'), '--as', 'dana');
  await story.coldgate(...register, '--kits', file('kits.csv'), ...(await people.as('dana')));
  await story.coldgate(
    'trial',
    'load',
    SHIPMENT,
    '--kits',
    file('kits.csv'),
    '-c',
    config,
    ...(await people.as('dana')),
  );
  await story.coldgate('shipment', 'arm', SHIPMENT, '-c', config, ...(await people.as('omar')));
  story.tell(
    'Two kits go along, as numbers. The list that says which is placebo was refused: what the truck does not know it cannot give away.',
    `/shipments/${SHIPMENT}`,
  );

  const aside = ['trial', 'set-aside', '--kit', kit, '--reason', 'seal broken', '-c', config];
  await story.coldgate(...aside, ...(await people.as('omar')));
  const quarantine = await story.until('the quarantine is an alert', () =>
    alerts().find(({ source }) => source === 'kits'),
  );
  story.tell(
    'One seal is broken: the kit is set aside, and the alert asks for the sponsor to be told within a day.',
    `/alerts/${quarantine.id}`,
  );
  await story.coldgate('trial', 'audit', TRIAL, '-c', config, '-o', file('audit.json'));
  await story.coldgate('trial', 'check', file('audit.json'), '--gateway', gateway);
  const audit = readFileSync(file('audit.json'), 'utf8');
  must(audit.includes(kit) && !/verum|placebo/.test(audit), 'the audit file tells of the kit and of no arm');
  story.tell('The audit file of the trial proves itself record by record, and tells of no arm.');
}

/** Before anybody has an account: an order of the depot. */
export async function orderKits({ story, config, file }: Stage): Promise<void> {
  const order = {
    ...{ id: SHIPMENT, profile: './demo-2-8.yaml', probes: ['cargo'] },
    ...{ consignor: 'Depot', consignee: 'Site 12', carrier: 'Cold Lines' },
  };
  writeFileSync(file(`${SHIPMENT}.yaml`), JSON.stringify(order));
  await story.coldgate('shipment', 'create', file(`${SHIPMENT}.yaml`), '-c', config);
}

async function attestProtocol({ story, cast, file, ledger }: Stage): Promise<void> {
  const node = ['--rpc', ledger.rpcUrl];
  const { contract } = await story.json<{ contract: string }>(
    ...['ledger', 'deploy', '--contract', 'trial', '--plain', ...node, ...cast.as('maker')],
  );
  const trial = file('trial-name.json');
  await story.coldgate(
    ...['trial', 'name', TRIAL, '--sponsor', cast.of('maker'), '--contract', contract],
    ...['--chain-id', String(ledger.chainId), '-o', trial],
  );
  writeFileSync(file('protocol.txt'), 'Protocol of EX-301, version 1.0: kept by the sponsor.\n');
  const opening = file('protocol.json');
  const about = ['--title', 'Protocol', '--edition', '1.0', '-o', opening];
  await story.coldgate('trial', 'document', file('protocol.txt'), ...about);
  await story.coldgate('trial', 'attest', opening, '--trial', trial, ...node, ...cast.as('maker'));
  await story.coldgate('trial', 'standing', opening, '--trial', trial, ...node);
}
