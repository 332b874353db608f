// The `update` section: whose signature is enough for another version of the program.

import { address, list, section } from './fields.js';

const example = "publishers: [ '0x70997970C51812dc3A010C7d01b50e0d17dc79C8' ]";

export const updateSchema = section(
  { publishers: list(address(example), example).prefault([]) },
  `update: { ${example} }`,
);
