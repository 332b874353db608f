// What is kept of a shipment cannot be read: somebody changed the row, or a newer coldgate wrote it.

export class ShipmentError extends Error {
  override readonly name = 'ShipmentError';
  readonly code = 'SHIPMENT_UNREADABLE';
  readonly hint = 'restore the journal from a copy, or run the coldgate version that wrote it';

  constructor(id: string, cause?: unknown) {
    super(`what is kept of shipment ${id} cannot be read`, { cause });
  }
}
