// The `fleet` section: whose configurations this gateway takes, and where they come from. `coldgate enrol` writes it. It is the
// gateway's own, as `gateway` is: no configuration that comes from afar can change it, or the owner of a fleet could lose a
// truck by one slip.

import { brokerLogin, brokerUrl, clientCertificate } from './broker-fields.js';
import { defaults } from './defaults.js';
import { address, filePath, integer, section } from './fields.js';

/** Relative paths are resolved against `folder`. */
export function fleetSchema(folder: string) {
  const broker = section(
    {
      url: brokerUrl(),
      ...brokerLogin(folder, 'truck-17', 'fleet'),
      ...clientCertificate(folder),
    },
    'broker: { url: mqtts://broker.example.org:8883 }',
  );
  return section(
    {
      owner: address("owner: '0x70997970C51812dc3A010C7d01b50e0d17dc79C8'"),
      broker,
      keyFile: filePath(folder, 'keyFile: ./keys/fleet-key.json').prefault(defaults.fleet.keyFile),
      trialSeconds: integer({
        min: 10,
        max: 3_600,
        unit: 'seconds',
        example: 'trialSeconds: 120',
      }).default(defaults.fleet.trialSeconds),
    },
    "fleet: { owner: '0x...', broker: { url: mqtts://broker.example.org:8883 } }",
  );
}
