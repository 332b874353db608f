// Why a request was not carried out, for whoever asked.

export class RequestError extends Error {
  override readonly name = 'RequestError';

  /** `code` is the refusal's own, or GATEWAY_SILENT while nobody has answered. */
  constructor(
    readonly code: string,
    message: string,
    readonly hint: string,
  ) {
    super(message);
  }
}
