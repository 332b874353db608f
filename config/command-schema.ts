// The `commands` section: which keys may ask this gateway for what, over MQTT. Without a key nobody is heard.

import { address, identifier, list, oneOf, says, section } from './fields.js';
import { commandNames } from './names.js';

const example = "- { name: office, address: '0x70997970C51812dc3A010C7d01b50e0d17dc79C8', may: [ status ] }";

export const commandsSchema = list(
  section(
    {
      name: identifier('name: office'),
      address: address("address: '0x70997970C51812dc3A010C7d01b50e0d17dc79C8'"),
      may: list(oneOf(commandNames, '- status'), 'may: [ status ]').min(
        1,
        says('at least one command', 'may: [ status ]'),
      ),
    },
    example,
  ),
  `commands: [ ${example.slice(2)} ]`,
);
