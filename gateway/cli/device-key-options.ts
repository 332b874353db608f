// Where the device key of a new gateway is made: in a file, unless these options name a token.

import { type Command, Option } from 'commander';

/** Curves of a key in a token, as they are typed. */
export const tokenCurves = { secp256k1: 'secp256k1', p256: 'P-256' } as const;

export function withDeviceKey(command: Command): Command {
  const curve = new Option('--curve <curve>', 'of a key in a token; p256 for a secure element or a TPM');
  return command
    .option('--pkcs11 <module>', 'make the device key inside a PKCS#11 token: the path of its module')
    .option('--token <label>', 'label of the token')
    .option('--pin-file <file>', 'file of mode 0600 with the PIN of its user; it stays where it is')
    .option('--key-label <label>', 'label of the key in the token (default: coldgate)')
    .addOption(curve.choices(Object.keys(tokenCurves)));
}
