// The `update` section: whose signature is enough for another version of the program.

import { list, matching, section } from './fields.js';

const example = "publishers: [ '0x70997970C51812dc3A010C7d01b50e0d17dc79C8' ]";

const publisher = matching(
  /^0x(?!0{40}$)[0-9a-fA-F]{40}$/,
  'the address of a key: 0x and 40 hexadecimal digits',
  example,
);

export const updateSchema = section(
  { publishers: list(publisher, example).prefault([]) },
  `update: { ${example} }`,
);
