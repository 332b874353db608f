// Every protocol that the tools know, in the order in which `coldgate probe` asks. Chafon comes first: its frames have no
// start byte, so its readers may take another protocol's question for the start of a long frame and wait for the rest.

import { boardProtocol } from './board/wire-protocol.js';
import { chafonProtocol } from './chafon/wire-protocol.js';
import { m100Protocol } from './m100/wire-protocol.js';
import { mercuryProtocol } from './mercury/wire-protocol.js';
import { modbusProtocol } from './modbus/wire-protocol.js';
import { nmeaProtocol } from './nmea/wire-protocol.js';
import { r2000Protocol } from './r2000/wire-protocol.js';
import { rcpProtocol } from './rcp/wire-protocol.js';
import type { WireProtocol } from './wire-protocol.js';

export const wireProtocols: readonly WireProtocol[] = [
  chafonProtocol,
  m100Protocol,
  rcpProtocol,
  mercuryProtocol,
  r2000Protocol,
  boardProtocol,
  modbusProtocol,
  nmeaProtocol,
];
