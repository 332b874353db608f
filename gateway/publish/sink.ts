// A sink is a name and the number of records that it has durably acknowledged.

/** The name under which what a consumer has is kept. */
export const receiptSinkOf = (consumer: string): string => `receipt:${consumer}`;

/** The name under which a broker's cursor is kept. */
export const sinkOf = (broker: { readonly name: string }): string => `mqtt:${broker.name}`;

/** The name under which a webhook's cursor is kept. */
export const webhookSinkOf = (webhook: { readonly name: string }): string => `webhook:${webhook.name}`;

/** The name under which is kept what Sparkplug hosts were told. */
export const SPARKPLUG_SINK = 'sparkplug';
