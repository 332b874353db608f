// Bytes as text, so that a Buffer and a Uint8Array of the same bytes compare as the same.

/** Lower-case hex; '' for nothing. */
export const hex = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString('hex');
