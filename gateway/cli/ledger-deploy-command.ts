// `coldgate ledger deploy`: puts a contract of this release on a chain and writes down what was put where, so that
// anybody can compile the sources and compare.

import { readChainId } from '../../ledger-sync/anchor/chain-reader.js';
import { factoryAddress, hasFactory, installFactory } from '../../ledger-sync/anchor/create2-factory.js';
import { deployContract } from '../../ledger-sync/anchor/deploy.js';
import { type DeployableName, deployable, deployableNames } from '../../ledger-sync/anchor/deployable.js';
import { toHex } from '../../ledger-sync/evidence/bytes.js';
import { packageVersion } from '../package-version.js';
import { type CliIo, type ExitCode, exitCodes, UsageError } from './cli-io.js';
import { type ActorOptions, actorOf, addressOption, writeNewFile } from './ledger-parts.js';

export interface DeployOptions extends ActorOptions {
  readonly contract: string;
  readonly admin?: string;
  readonly salt: string;
  readonly plain?: boolean;
  readonly installFactory?: boolean;
  readonly output?: string;
  readonly json?: boolean;
}

/**
 * Deploys, or finds what stands there already.
 * @throws UsageError, KeyError, LedgerError, FileError
 */
export async function runLedgerDeploy(options: DeployOptions, io: CliIo): Promise<ExitCode> {
  const name = nameOption(options.contract);
  const salt = options.plain ? undefined : saltOption(options.salt);
  const given = options.admin === undefined ? undefined : addressOption('--admin', options.admin);
  const { rpc, wallet } = await actorOf(options);
  const admin = given ? `0x${toHex(given)}` : wallet.address;
  const chainId = await readChainId(rpc);
  if (options.installFactory && salt !== undefined && !(await hasFactory(rpc)))
    await installFactory(rpc, wallet);
  const { address, initCodeHash, transaction } = await deployContract(rpc, wallet, { name, admin, salt });
  const { contractName, sourceHash, runtimeCodeHash, hasAdmin } = deployable(name);
  const record = {
    format: 'coldgate-deployment',
    version: 1,
    release: packageVersion(),
    chainId,
    contract: address,
    contractName,
    ...(hasAdmin ? { admin: admin.toLowerCase() } : {}),
    ...(salt === undefined ? {} : { salt, factory: factoryAddress }),
    sourceHash: `0x${sourceHash}`,
    initCodeHash,
    runtimeCodeHash,
    ...(transaction === undefined
      ? {}
      : {
          transactionHash: transaction.transactionHash,
          blockNumber: transaction.blockNumber,
          gasUsed: Number(transaction.gasUsed),
        }),
  };
  if (options.output !== undefined) writeNewFile(options.output, record);
  if (options.json) {
    io.out(JSON.stringify(record, undefined, 2));
    return exitCodes.ok;
  }
  const what = transaction ? `deployed in block ${transaction.blockNumber}` : 'stands there already';
  io.out(`${contractName} ${address} on chain ${chainId}: ${what}`);
  if (hasAdmin) io.out(`  admin       ${admin.toLowerCase()}`);
  io.out(`  code hash   ${runtimeCodeHash}`);
  io.out(`  sources     ${record.sourceHash}`);
  if (transaction) io.out(`  paid        ${transaction.gasUsed} gas`);
  if (!hasAdmin) return exitCodes.ok;
  io.out('');
  io.out('For coldgate.yaml:');
  io.out(`  ledger: { rpcUrl: ${options.rpc}, chainId: ${chainId}, contract: '${address}' }`);
  return exitCodes.ok;
}

function nameOption(text: string): DeployableName {
  const name = deployableNames.find((one) => one === text);
  if (name !== undefined) return name;
  throw new UsageError(
    'WRONG_USE',
    `--contract ${text} is unknown`,
    `use one of ${deployableNames.join(', ')}`,
  );
}

function saltOption(text: string): string {
  if (/^0x[0-9a-fA-F]{64}$/.test(text)) return text.toLowerCase();
  throw new UsageError('WRONG_USE', `--salt ${text} is no salt`, 'write 0x and 64 hexadecimal digits');
}
