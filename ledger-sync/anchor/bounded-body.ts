// The body of an answer from a server that is not trusted: no more of it is held than was said.

/**
 * The body as text.
 * @param tooLong makes the error for a body of more than `maxBytes`
 * @throws what `tooLong` makes, and what the connection throws
 */
export async function boundedBody(
  response: Response,
  maxBytes: number,
  tooLong: () => Error,
): Promise<string> {
  const chunks: Uint8Array[] = [];
  let received = 0;
  // Leaving the loop by a throw cancels the stream and closes the connection.
  for await (const chunk of response.body ?? []) {
    received += chunk.byteLength;
    if (received > maxBytes) throw tooLong();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
