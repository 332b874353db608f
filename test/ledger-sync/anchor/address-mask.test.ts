// What a server that refuses repeats of the address that it was asked by.

import { expect, it } from 'vitest';
import { withoutAddress } from '../../../ledger-sync/anchor/address-mask.js';

const url = new URL('https://rpc.example/v3/0123456789abcdef?token=fedcba98%2F76543210&n=7');

it.each([
  ['no project 0123456789abcdef here', 'no project ... here'],
  ['POST /v3/0123456789abcdef?token=fedcba98%2F76543210&n=7', 'POST ...'],
  ['bad token fedcba98/76543210', 'bad token ...'],
  ['twice: 0123456789abcdef 0123456789abcdef', 'twice: ... ...'],
])('%j is told without keys', (said, told) => {
  expect(withoutAddress(said, url)).toBe(told);
});

it('words that are no keys stay: host, version, method', () => {
  const said = 'rpc.example: v3: eth_call: the method 7 does not exist';
  expect(withoutAddress(said, url)).toBe(said);
});
