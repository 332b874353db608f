// What parties sign, against a second implementation of EIP-712 (ethers) and of key recovery.
import { TypedDataEncoder } from 'ethers/hash';
import { recoverAddress } from 'ethers/transaction';
import { hexlify } from 'ethers/utils';
import { expect, test } from 'vitest';
import { SoftwareSigner } from '../../../ledger-sync/evidence/signer.js';
import {
  type AgreementTerms,
  agreementId,
  termsDigest,
} from '../../../ledger-sync/shipments/agreement-terms.js';
import { handoverDigest } from '../../../ledger-sync/shipments/handover.js';
import { isSignedByParty, signAsParty } from '../../../ledger-sync/shipments/party-signature.js';
import { rulingDigest } from '../../../ledger-sync/shipments/ruling.js';

const address = (digit: string) => `0x${digit.repeat(40)}`;
const domain = { chainId: 31337, verifyingContract: new Uint8Array(20).fill(0xcc) };
const ethersDomain = {
  name: 'coldgate agreement',
  version: '1',
  chainId: 31337,
  verifyingContract: address('c'),
};

const terms: AgreementTerms = {
  payer: address('1'),
  payee: address('2'),
  consignor: address('3'),
  receiver: address('4'),
  quality: address('5'),
  asset: address('0'),
  price: '340282366920938463463374607431768211455',
  bond: '5000',
  anchor: address('6'),
  gateway: address('7'),
  shipment: `0x${'5a'.repeat(16)}`,
  document: `0x${'d0'.repeat(32)}`,
  minMilliC: -25_000,
  maxMilliC: 8000,
  dirtyFlags: 7,
  maxSilenceS: 600,
  readingS: 60,
  allowedOutS: 1800,
  rejectOutS: 7200,
  lossPerMinuteBps: 100,
  startBy: 1_796_000_000,
  deliverBy: 1_796_100_000,
  claimS: 86_400,
  disputeS: 0,
  rulingS: 172_800,
  salt: `0x${'ab'.repeat(32)}`,
};

/** Members of `Name(type name,...)` as PROTOCOL.md writes it. */
function typesOf(name: string, members: string) {
  const fields = members.split(',').map((member) => {
    const [type = '', field = ''] = member.trim().split(' ');
    return { name: field, type };
  });
  return { [name]: fields };
}

const termsTypes = typesOf(
  'Terms',
  'address payer,address payee,address consignor,address receiver,address quality,address asset,uint128 price,uint128 bond,address anchor,address gateway,bytes16 shipment,bytes32 document,int32 minMilliC,int32 maxMilliC,uint32 dirtyFlags,uint32 maxSilenceS,uint32 readingS,uint32 allowedOutS,uint32 rejectOutS,uint16 lossPerMinuteBps,uint40 startBy,uint40 deliverBy,uint32 claimS,uint32 disputeS,uint32 rulingS,bytes32 salt',
);

test('terms hash to what any EIP-712 library says', () => {
  expect(hexlify(agreementId(terms))).toBe(TypedDataEncoder.hashStruct('Terms', termsTypes, terms));
  expect(hexlify(termsDigest(domain, terms))).toBe(TypedDataEncoder.hash(ethersDomain, termsTypes, terms));
});

test('so do handovers and rulings', () => {
  const handover = {
    agreement: `0x${'11'.repeat(32)}`,
    step: 2,
    from: address('1'),
    to: address('2'),
    size: 2 ** 48 - 1,
    atS: 1_796_000_000,
    document: `0x${'22'.repeat(32)}`,
    deadline: 1_796_000_600,
  };
  const handoverTypes = typesOf(
    'Handover',
    'bytes32 agreement,uint32 step,address from,address to,uint48 size,uint40 atS,bytes32 document,uint40 deadline',
  );
  expect(hexlify(handoverDigest(domain, handover))).toBe(
    TypedDataEncoder.hash(ethersDomain, handoverTypes, handover),
  );
  const { agreement, document, deadline } = handover;
  const ruling = { agreement, outS: 600, document, deadline };
  const rulingTypes = typesOf('Ruling', 'bytes32 agreement,uint32 outS,bytes32 document,uint40 deadline');
  expect(hexlify(rulingDigest(domain, ruling))).toBe(
    TypedDataEncoder.hash(ethersDomain, rulingTypes, ruling),
  );
});

test('a signature has the 65 bytes that wallets make, and is known again', () => {
  const digest = termsDigest(domain, terms);
  for (let seed = 1; seed <= 16; seed += 1) {
    const signer = new SoftwareSigner(new Uint8Array(32).fill(seed));
    const party = hexlify(signer.address);
    const signature = signAsParty(signer, digest);
    expect(recoverAddress(digest, signature).toLowerCase()).toBe(party);
    expect(isSignedByParty(party, digest, signature)).toBe(true);
    expect(isSignedByParty(address('1'), digest, signature)).toBe(false);
    expect(isSignedByParty(party, new Uint8Array(32), signature)).toBe(false);
    const otherV = signature.endsWith('1b') ? '1c' : '1b';
    for (const end of [otherV, '00', '1d']) {
      expect(isSignedByParty(party, digest, signature.slice(0, -2) + end)).toBe(false);
    }
    expect(isSignedByParty(party, digest, signature.slice(0, -2))).toBe(false);
  }
});
