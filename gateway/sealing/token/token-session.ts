// A session with one token: found by its label, opened by its PIN, with one key pair of it (PKCS #11 v2.40). Everything
// is looked for anew when a session is opened, since many modules see a token that comes or goes only when they are started.

import type { Handle, PKCS11, Template } from 'pkcs11js';
import { toHex } from '../../../ledger-sync/evidence/bytes.js';
import { addressOf, type CurveName } from '../../../ledger-sync/evidence/signature.js';
import type { TokenPlace } from '../token-key-file.js';
import { asTokenError, tokenError } from './token-error.js';
import { loadModule, type Pkcs11 } from './token-library.js';

const CKR_CRYPTOKI_ALREADY_INITIALIZED = 0x191;
const CKR_USER_ALREADY_LOGGED_IN = 0x100;
/** Room for any curve's answer: what is not 64 bytes long is refused afterwards. */
const MAX_SIGNATURE_BYTES = 256;
/** SEC 1 section 2.3.3: 0x04, x, y. */
const POINT_BYTES = 65;
/** How CKA_EC_POINT wraps it (PKCS #11 v2.40 mechanisms, section 2.3.3): a DER OCTET STRING. Some modules leave it out. */
const POINT_HEAD_BYTES = 2;

export class TokenSession {
  readonly #pkcs11: Pkcs11;
  readonly #module: PKCS11;
  readonly #place: TokenPlace;
  readonly #session: Handle;

  /**
   * @throws KeyError TOKEN_MODULE_UNUSABLE, TOKEN_ABSENT, TOKEN_AMBIGUOUS, TOKEN_PIN_WRONG, TOKEN_PIN_LAST_TRY,
   *   TOKEN_PIN_LOCKED, TOKEN_FAILED
   */
  constructor(pkcs11: Pkcs11, place: TokenPlace, pin: string) {
    this.#pkcs11 = pkcs11;
    this.#place = place;
    this.#module = loadModule(pkcs11, place.module);
    this.#start();
    try {
      const slot = this.#slot();
      const { CKF_SERIAL_SESSION, CKF_RW_SESSION } = pkcs11;
      this.#session = this.#module.C_OpenSession(slot, CKF_SERIAL_SESSION | CKF_RW_SESSION);
      this.#logIn(pin);
    } catch (error) {
      this.close();
      throw asTokenError(error, 'open', place.tokenLabel);
    }
  }

  /** Handle of the private key with the place's label. @throws KeyError TOKEN_KEY_ABSENT, TOKEN_AMBIGUOUS, TOKEN_FAILED */
  privateKey(): Handle {
    const { keyLabel, tokenLabel } = this.#place;
    const [key, second] = this.#find(this.#pkcs11.CKO_PRIVATE_KEY);
    if (!key) throw tokenError('TOKEN_KEY_ABSENT', `token ${tokenLabel} has no private key ${keyLabel}`);
    if (second)
      throw tokenError('TOKEN_AMBIGUOUS', `token ${tokenLabel} has several private keys ${keyLabel}`);
    return key;
  }

  /** 0x and 40 hex digits of the public key beside it; undefined where the token has none, or one of another curve. */
  address(curve: CurveName): string | undefined {
    const [key] = this.#find(this.#pkcs11.CKO_PUBLIC_KEY);
    if (!key) return undefined;
    const point = this.attribute(key, this.#pkcs11.CKA_EC_POINT);
    const isWrapped = point.length === POINT_HEAD_BYTES + POINT_BYTES;
    try {
      const bytes = Uint8Array.from(isWrapped ? point.subarray(POINT_HEAD_BYTES) : point);
      return `0x${toHex(addressOf(bytes, curve))}`;
    } catch {
      return undefined;
    }
  }

  attribute(object: Handle, type: number): Buffer {
    return this.#do('read', () => {
      const [result] = this.#module.C_GetAttributeValue(this.#session, object, [{ type }]);
      return result?.value ?? Buffer.alloc(0);
    });
  }

  /** Whether a key pair or half of one has the place's label. */
  isTaken(): boolean {
    const { CKO_PRIVATE_KEY, CKO_PUBLIC_KEY } = this.#pkcs11;
    return this.#find(CKO_PRIVATE_KEY).length + this.#find(CKO_PUBLIC_KEY).length > 0;
  }

  generate(publicKey: Template, privateKey: Template): { privateKey: Handle } {
    const mechanism = { mechanism: this.#pkcs11.CKM_EC_KEY_PAIR_GEN };
    return this.#do('generate', () =>
      this.#module.C_GenerateKeyPair(this.#session, mechanism, publicKey, privateKey),
    );
  }

  /** Destroys both halves. */
  destroyPair(): void {
    const { CKO_PRIVATE_KEY, CKO_PUBLIC_KEY } = this.#pkcs11;
    for (const half of [...this.#find(CKO_PRIVATE_KEY), ...this.#find(CKO_PUBLIC_KEY)])
      this.#do('destroy', () => this.#module.C_DestroyObject(this.#session, half));
  }

  /** What the token answers to a 32-byte digest; nothing of it is checked. @throws KeyError */
  sign(key: Handle, digest: Uint8Array): Uint8Array {
    return this.#do('sign', () => {
      this.#module.C_SignInit(this.#session, { mechanism: this.#pkcs11.CKM_ECDSA }, key);
      const room = Buffer.alloc(MAX_SIGNATURE_BYTES);
      return Uint8Array.from(this.#module.C_Sign(this.#session, Buffer.from(digest), room));
    });
  }

  /** Ends the session and the module's work. Never throws: a token that is gone cannot be left politely. */
  close(): void {
    try {
      this.#module.C_Finalize();
    } catch {
      // It is started anew in any case.
    }
  }

  #start(): void {
    try {
      this.#module.C_Initialize({ flags: this.#pkcs11.CKF_OS_LOCKING_OK });
    } catch (error) {
      if (codeOf(error) === CKR_CRYPTOKI_ALREADY_INITIALIZED) return;
      const { module } = this.#place;
      const said = error instanceof Error ? error.message : String(error);
      throw tokenError('TOKEN_MODULE_UNUSABLE', `${module} does not start (${said})`, error);
    }
  }

  #slot(): Handle {
    const { tokenLabel } = this.#place;
    const slots = this.#module
      .C_GetSlotList(true)
      .filter((slot) => this.#module.C_GetTokenInfo(slot).label.trimEnd() === tokenLabel);
    const [slot] = slots;
    if (!slot)
      throw tokenError('TOKEN_ABSENT', `${this.#place.module} sees no token with the label ${tokenLabel}`);
    if (slots.length > 1)
      throw tokenError('TOKEN_AMBIGUOUS', `${slots.length} tokens have the label ${tokenLabel}`);
    this.#refuseLastTry(slot);
    return slot;
  }

  /** A restart tries again: without this a wrong PIN would lock the token for good after some of them. */
  #refuseLastTry(slot: Handle): void {
    const { flags } = this.#module.C_GetTokenInfo(slot);
    const { CKF_USER_PIN_LOCKED, CKF_USER_PIN_FINAL_TRY } = this.#pkcs11;
    const { tokenLabel } = this.#place;
    if (flags & CKF_USER_PIN_LOCKED) throw tokenError('TOKEN_PIN_LOCKED', `token ${tokenLabel} is locked`);
    if (flags & CKF_USER_PIN_FINAL_TRY)
      throw tokenError('TOKEN_PIN_LAST_TRY', `one more wrong PIN would lock token ${tokenLabel}`);
  }

  #logIn(pin: string): void {
    try {
      this.#module.C_Login(this.#session, this.#pkcs11.CKU_USER, pin);
    } catch (error) {
      if (codeOf(error) !== CKR_USER_ALREADY_LOGGED_IN) throw error;
    }
  }

  #find(objectClass: number): Handle[] {
    const { CKA_CLASS, CKA_LABEL } = this.#pkcs11;
    return this.#do('find', () => {
      this.#module.C_FindObjectsInit(this.#session, [
        { type: CKA_CLASS, value: objectClass },
        { type: CKA_LABEL, value: this.#place.keyLabel },
      ]);
      try {
        return this.#module.C_FindObjects(this.#session, 2);
      } finally {
        this.#module.C_FindObjectsFinal(this.#session);
      }
    });
  }

  #do<T>(doing: string, act: () => T): T {
    try {
      return act();
    } catch (error) {
      throw asTokenError(error, doing, this.#place.tokenLabel);
    }
  }
}

const codeOf = (error: unknown) => (error instanceof Error && 'code' in error ? error.code : undefined);
