// The connection to a broker that asks for a certificate, and what is read anew for each connection.

import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:tls';
import { Aedes } from 'aedes';
import { expect, it, onTestFinished } from 'vitest';
import { BrokerLink, type LinkSecrets } from '../../../gateway/publish/broker-link.js';
import { eventually } from '../../firmware-bridge/eventually.js';

const file = (name: string) => readFileSync(new URL(`../../vectors/tls/${name}`, import.meta.url));
const pair = (name: string) => ({ cert: file(`${name}.pem`), key: file(`${name}.key`) });

/** A broker that lets only certificates of the test authority in. */
async function startTlsBroker() {
  const aedes = await Aedes.createBroker({});
  const names: string[] = [];
  const server: Server = createServer(
    { ...pair('server-a'), ca: file('ca.pem'), requestCert: true },
    (socket) => {
      socket.on('error', () => {});
      names.push(String(socket.getPeerCertificate().subject.CN));
      aedes.handle(socket);
    },
  );
  server.on('tlsClientError', () => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  onTestFinished(async () => {
    await new Promise<void>((resolve) => aedes.close(() => resolve()));
    server.close();
  });
  return { names, aedes, port: typeof address === 'object' && address ? address.port : 0 };
}

function linkTo(port: number, secrets: () => LinkSecrets) {
  const downs: string[] = [];
  let ups = 0;
  const link = new BrokerLink(
    { url: `mqtts://127.0.0.1:${port}`, clientId: 'truck-17', secrets },
    { onUp: () => (ups += 1), onDown: (reason) => downs.push(reason) },
  );
  link.open();
  onTestFinished(() => link.close(() => {}));
  return { link, downs, ups: () => ups };
}

it('shows its certificate, and takes a renewed one without a restart', async () => {
  const { names, port } = await startTlsBroker();
  let secrets: LinkSecrets = { ca: file('ca.pem') };
  const { link, downs, ups } = linkTo(port, () => secrets);
  await eventually('it is refused without a certificate', () => downs.length > 0);
  expect([ups(), names]).toEqual([0, []]);
  secrets = { ca: file('ca.pem'), ...pair('client') };
  await eventually('it is let in', () => ups() === 1);
  expect(names).toHaveLength(1);
  link.reset('a test');
  await eventually('it comes back', () => ups() === 2);
});

it('believes no broker of another authority', async () => {
  const { port } = await startTlsBroker();
  const { downs, ups } = linkTo(port, () => ({ ca: file('stranger.pem'), ...pair('client') }));
  await eventually('it is told', () => downs.length > 0);
  expect(ups()).toBe(0);
  expect(downs[0]).toMatch(/certificate|self.signed|issuer/i);
});

it('outlives a file that is gone for a while', async () => {
  const { port } = await startTlsBroker();
  let isThere = false;
  const { downs, ups } = linkTo(port, () => {
    if (!isThere) throw new Error('ENOENT: keys/truck-17.pem');
    return { ca: file('ca.pem'), ...pair('client') };
  });
  await eventually('it is told', () => downs.length > 0);
  expect(downs[0]).toContain('ENOENT');
  isThere = true;
  await eventually('it connects', () => ups() === 1);
});
