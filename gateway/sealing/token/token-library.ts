// The door to pkcs11js, which loads PKCS#11 modules into this process. It is compiled at the installation and optional.
// A module stays loaded: many do not survive being unloaded and loaded again.

import type { PKCS11 } from 'pkcs11js';
import { tokenError } from './token-error.js';

export type Pkcs11 = typeof import('pkcs11js');

/** @throws KeyError TOKEN_SUPPORT_ABSENT */
export async function loadPkcs11(): Promise<Pkcs11> {
  try {
    const { default: pkcs11 } = await import('pkcs11js');
    return pkcs11 as unknown as Pkcs11;
  } catch (cause) {
    throw tokenError('TOKEN_SUPPORT_ABSENT', 'pkcs11js is not installed, so no token can be used', cause);
  }
}

const loaded = new Map<string, PKCS11>();

/** @throws KeyError TOKEN_MODULE_UNUSABLE */
export function loadModule(pkcs11: Pkcs11, path: string): PKCS11 {
  const known = loaded.get(path);
  if (known) return known;
  const module = new pkcs11.PKCS11();
  try {
    module.load(path);
  } catch (cause) {
    const said = cause instanceof Error ? cause.message : String(cause);
    throw tokenError('TOKEN_MODULE_UNUSABLE', `${path} cannot be loaded (${said})`, cause);
  }
  loaded.set(path, module);
  return module;
}
