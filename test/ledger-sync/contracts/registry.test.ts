// register() and the read functions on a real EVM: who gets a slot, and how others find it.
import { getBytes, hexlify } from 'ethers/utils';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readBlock } from '../../../ledger-sync/anchor/chain-reader.js';
import { AnchorContract, anchorInterface } from '../../../ledger-sync/anchor/contract-client.js';
import { registrationDigest, signRegistration } from '../../../ledger-sync/anchor/registration-proof.js';
import { registerGateway } from '../../../ledger-sync/anchor/registry.js';
import { sendAndWait } from '../../../ledger-sync/anchor/send-and-wait.js';
import { bytecode } from '../../../ledger-sync/contracts/generated/coldgate-anchor.js';
import { type Anvil, anvilKeys, callAnvil, startAnvil } from '../anvil.js';
import { deployTestLedger, TestGateway, type TestLedger, walletOf } from '../test-ledger.js';

let anvil: Anvil;
let ledger: TestLedger;
let contract: AnchorContract;

beforeAll(async () => {
  anvil = await startAnvil();
  ledger = await deployTestLedger(anvil.url);
  contract = new AnchorContract(ledger.rpc, ledger.domain.verifyingContract);
});
afterAll(() => anvil.stop());

function register(gateway: TestGateway, proof: Uint8Array, wallet = ledger.wallet): Promise<string> {
  const target = { rpc: ledger.rpc, wallet, contract: ledger.domain.verifyingContract };
  return registerGateway(target, gateway.signer.address, proof);
}

function registrar(): Uint8Array {
  return getBytes(ledger.wallet.address);
}

async function read(name: string, ...values: unknown[]) {
  const call = { to: contract.address, data: anchorInterface.encodeFunctionData(name, values) };
  return anchorInterface.decodeFunctionResult(
    name,
    String(await callAnvil(anvil, 'eth_call', call, 'latest')),
  );
}

describe('registration', () => {
  test('a gateway that proves its key gets a slot once', async () => {
    const gateway = new TestGateway('proven');
    const proof = signRegistration(gateway.signer, ledger.domain, registrar());
    await register(gateway, proof);
    await expect(register(gateway, proof)).rejects.toThrow('AlreadyRegistered');
  });

  test('the key of another gateway proves nothing', async () => {
    const [gateway, thief] = [new TestGateway('victim'), new TestGateway('thief')];
    const digest = registrationDigest(ledger.domain, gateway.signer.address, registrar());
    await expect(register(gateway, thief.signer.sign(digest))).rejects.toThrow('NotProvenByGateway');
  });

  test('a proof made for another registrar, chain or contract is refused', async () => {
    const gateway = new TestGateway('elsewhere');
    const otherRegistrar = signRegistration(gateway.signer, ledger.domain, new Uint8Array(20).fill(1));
    const otherChain = signRegistration(gateway.signer, { ...ledger.domain, chainId: 5 }, registrar());
    const otherContract = { ...ledger.domain, verifyingContract: gateway.signer.address };
    const wrongContract = signRegistration(gateway.signer, otherContract, registrar());
    for (const proof of [otherRegistrar, otherChain, wrongContract]) {
      await expect(register(gateway, proof)).rejects.toThrow('NotProvenByGateway');
    }
  });

  test.each([0, 63, 65])('a proof of %i bytes is refused', async (length) => {
    const gateway = new TestGateway('short');
    const proof = signRegistration(gateway.signer, ledger.domain, registrar());
    const cut = new Uint8Array(length);
    cut.set(proof.slice(0, length));
    await expect(register(gateway, cut)).rejects.toThrow('NotProvenByGateway');
  });

  test('nobody registers without the registrar role', async () => {
    const wallet = walletOf(anvilKeys[1]);
    const gateway = new TestGateway('no role');
    const proof = signRegistration(gateway.signer, ledger.domain, getBytes(wallet.address));
    const refused = 'AccessControlUnauthorizedAccount';
    await expect(register(gateway, proof, wallet)).rejects.toThrow(refused);

    const role = (await read('REGISTRAR_ROLE'))[0];
    const grant = anchorInterface.encodeFunctionData('grantRole', [role, wallet.address]);
    await sendAndWait(ledger.rpc, ledger.wallet, contract.address, grant);
    await register(gateway, proof, wallet);
  });

  test('a contract without an admin cannot be made', async () => {
    const noAdmin = anchorInterface.encodeDeploy([`0x${'00'.repeat(20)}`]).slice(2);
    const deployment = sendAndWait(ledger.rpc, ledger.wallet, null, `${bytecode}${noAdmin}`);
    const { nodeData } = await deployment.catch((error) => error);
    expect(nodeData).toBe(
      anchorInterface.encodeErrorResult('AccessControlInvalidDefaultAdmin', [`0x${'00'.repeat(20)}`]),
    );
  });
});

describe('reading', () => {
  test('the storage key that slotOf names holds head and sequence in one word', async () => {
    const gateway = new TestGateway('slot');
    await ledger.register(gateway);
    const batch = gateway.cut(ledger.domain);
    const data = anchorInterface.encodeFunctionData('anchor', [batch.wire]);
    await sendAndWait(ledger.rpc, ledger.wallet, contract.address, data);
    const [key] = await read('slotOf', hexlify(gateway.signer.address));
    const word = await callAnvil(anvil, 'eth_getStorageAt', contract.address, key, 'latest');
    expect(word).toBe(`${hexlify(batch.head)}00000001`);
  });

  test('the contract tells its signing domain (ERC-5267)', async () => {
    const [fields, name, version, chainId, verifyingContract] = await read('eip712Domain');
    expect([fields, name, version, chainId]).toEqual(['0x0f', 'coldgate', '1', 31337n]);
    expect(verifyingContract.toLowerCase()).toBe(contract.address);
  });

  test('every deployment has the code hash of the build', async () => {
    const second = await deployTestLedger(anvil.url);
    const at = (address: Uint8Array) => new AnchorContract(ledger.rpc, address);
    await at(second.domain.verifyingContract).assertGenuine();
    await at(ledger.domain.verifyingContract).assertGenuine();
    const { code } = await at(registrar())
      .assertGenuine()
      .catch((error) => error);
    expect(code).toBe('CONTRACT_MISSING');
  });

  test('a head asked for at an old block is the head of that block', async () => {
    const gateway = new TestGateway('history');
    await ledger.register(gateway);
    const { number } = await readBlock(ledger.rpc, 'latest');
    const data = anchorInterface.encodeFunctionData('anchor', [gateway.cut(ledger.domain).wire]);
    await sendAndWait(ledger.rpc, ledger.wallet, contract.address, data);
    expect(await contract.head(gateway.signer.address, number)).toMatchObject({ seq: 0 });
    expect(await contract.head(gateway.signer.address, number + 1)).toMatchObject({ seq: 1 });
  });
});
