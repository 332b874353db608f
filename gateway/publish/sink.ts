// A sink is a name and the number of records that it has durably acknowledged.

/** The name under which a broker's cursor is kept. */
export const sinkOf = (broker: { readonly name: string }): string => `mqtt:${broker.name}`;
