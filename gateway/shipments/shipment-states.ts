// The life of a shipment: which step leads from which state to which. One line, no way round and no way back, as
// 21 CFR 11.10(f) asks of operations that must follow each other. What is not in the table is refused.

export const shipmentStates = [
  'draft',
  'armed',
  'in-transit',
  'delivered',
  'under-review',
  'released',
  'rejected',
  'closed',
] as const;

export type ShipmentState = (typeof shipmentStates)[number];

interface Transition {
  readonly from: readonly ShipmentState[];
  readonly to: ShipmentState;
  /** As the record names it. */
  readonly event: string;
}

/** By the last part of the request's kind. */
export const transitions = {
  arm: { from: ['draft'], to: 'armed', event: 'armed' },
  depart: { from: ['armed'], to: 'in-transit', event: 'departed' },
  deliver: { from: ['in-transit'], to: 'delivered', event: 'delivered' },
  review: { from: ['delivered'], to: 'under-review', event: 'review-begun' },
  release: { from: ['under-review'], to: 'released', event: 'released' },
  reject: { from: ['under-review'], to: 'rejected', event: 'rejected' },
  close: { from: ['released', 'rejected'], to: 'closed', event: 'closed' },
} as const satisfies Record<string, Transition>;

export type ShipmentStep = keyof typeof transitions;

/** Where a step leads; undefined where it must not be taken. */
export function stateAfter(state: ShipmentState, step: ShipmentStep): ShipmentState | undefined {
  const { from, to }: Transition = transitions[step];
  return from.includes(state) ? to : undefined;
}

/** The steps that a state allows. */
export function stepsFrom(state: ShipmentState): readonly ShipmentStep[] {
  return (Object.keys(transitions) as ShipmentStep[]).filter((step) => stateAfter(state, step) !== undefined);
}

/** Whether the shipment's probes are judged and its readings carry its name. */
export function isRunning(state: ShipmentState): boolean {
  return state === 'armed' || state === 'in-transit';
}
