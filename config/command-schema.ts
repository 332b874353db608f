// The `commands` section: which keys may ask this gateway for what, over MQTT. Without a key nobody is heard.

import { identifier, list, matching, oneOf, says, section } from './fields.js';
import { commandNames } from './names.js';

const example = "- { name: office, address: '0x70997970C51812dc3A010C7d01b50e0d17dc79C8', may: [ status ] }";

export const commandsSchema = list(
  section(
    {
      name: identifier('name: office'),
      address: matching(
        /^0x(?!0{40}$)[0-9a-fA-F]{40}$/,
        'the address of a key: 0x and 40 hexadecimal digits',
        "address: '0x70997970C51812dc3A010C7d01b50e0d17dc79C8'",
      ),
      may: list(oneOf(commandNames, '- status'), 'may: [ status ]').min(
        1,
        says('at least one command', 'may: [ status ]'),
      ),
    },
    example,
  ),
  `commands: [ ${example.slice(2)} ]`,
);
