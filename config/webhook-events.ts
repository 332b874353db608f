// What a webhook may be told, by name: `org.coldgate.` and the name is the type of the CloudEvent.
// A closed list, so that a slip of the pen is found when the configuration is read and not when an alert is missing.

/** What asks for a person's eyes, and what became of it. */
export const alertEventNames = [
  'excursion.opened',
  'excursion.closed',
  'excursion.corrected',
  'excursion.withdrawn',
  'alert.reminder',
  'alert.evidence-changed',
  'alert.reopened',
  'alert.acknowledged',
  'alert.assessed',
  'alert.signed',
  'device.calibration-changed',
  'device.device-changed',
  'device.damaged-journal',
  'device.slow-card',
  'tag.suspect',
  'tag.recalled',
  'tag.cleared',
  'inventory.differs',
  'inventory.agrees',
  'kits.opened',
  'kits.notice-overdue',
] as const;

/** Everything that a webhook can be asked to tell. */
export const webhookEventNames = [
  ...alertEventNames,
  'device.absent',
  'device.ready',
  'device.silent',
  'device.faulted',
  'device.device-reset',
  'device.probe-unreachable',
  'device.probe-reachable',
  'device.stuck',
  'device.moving-again',
  'device.disagreement',
  'device.agreement',
  'shipment.created',
  'shipment.range-confirmed',
  'shipment.armed',
  'shipment.departed',
  'shipment.delivered',
  'shipment.review-begun',
  'shipment.released',
  'shipment.rejected',
  'shipment.closed',
] as const;

export type WebhookEventName = (typeof webhookEventNames)[number];
