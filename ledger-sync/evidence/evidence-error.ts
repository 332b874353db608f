// What the evidence code throws: a malformed record, proof, signature or bundle, and nothing else.
// Callers that read files of strangers need to catch this one class only.

export type EvidenceErrorCode =
  | 'HEX_MALFORMED'
  | 'BASE64_MALFORMED'
  | 'RECORD_FIELD'
  | 'RECORD_MALFORMED'
  | 'NAME_INVALID'
  | 'HASH_LENGTH'
  | 'RANGE_INVALID'
  | 'PROOF_MALFORMED'
  | 'JSON_UNSUPPORTED'
  | 'TYPED_DATA'
  | 'KEY_INVALID'
  | 'SIGNATURE_INVALID'
  | 'HEADER_FIELD'
  | 'BUNDLE_MALFORMED'
  | 'PACK_LIST_INVALID';

export class EvidenceError extends Error {
  readonly code: EvidenceErrorCode;
  /** What a person can do about it. */
  readonly hint: string;

  constructor(code: EvidenceErrorCode, message: string, hint: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'EvidenceError';
    this.code = code;
    this.hint = hint;
  }
}
