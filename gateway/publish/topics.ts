// The topics of version 1: coldgate/1/{gateway name}/... Names are checked by the configuration
// (/^[A-Za-z0-9_-]{1,64}$/), so no topic can be smuggled in.

export const TOPIC_ROOT = 'coldgate/1';

/** The gateway's name in one of its topics; undefined for another topic. */
export function gatewayNameIn(topic: string): string | undefined {
  return /^coldgate\/1\/([A-Za-z0-9_-]{1,64})\//.exec(topic)?.[1];
}

/**
 * Topics of one gateway.
 * @param told what stands for the id of a sensor or an alert
 */
export function topicsOf(gatewayName: string, told: (id: string) => string = (id) => id) {
  const base = `${TOPIC_ROOT}/${gatewayName}`;
  return {
    log: `${base}/log`,
    batch: `${base}/batch`,
    /** Headers that a relay lacks. */
    header: `${base}/header`,
    /** The word of a relay on the newest header. */
    anchored: `${base}/anchored`,
    status: `${base}/status`,
    sensor: (sensorId: string) => `${base}/sensor/${told(sensorId)}`,
    alert: (alertId: string) => `${base}/alert/${told(alertId)}`,
    /** How many alerts wait for people. */
    alerts: `${base}/alerts`,
    /** How the gateway itself is. */
    health: `${base}/health`,
    alertReview: (alertId: string) => `${base}/alert/${told(alertId)}/review`,
    /** What a consumer durably has. */
    receipt: (consumer: string) => `${base}/receipt/${consumer}`,
    command: (name: string) => `${base}/command/${name}`,
    reply: (commandId: string) => `${base}/reply/${commandId}`,
    request: `${base}/request`,
    answer: (requestId: string) => `${base}/answer/${requestId}`,
    /** A fresh gateway asks the owner of its fleet to be taken. */
    enrol: `${base}/enrol`,
    /** Why it is not. */
    enrolRefused: `${base}/enrol/refused`,
    /** The newest configuration of the fleet's owner for this gateway. */
    configuration: `${base}/configuration`,
    /** What became of it. */
    configurationReport: `${base}/configuration/report`,
  };
}

export type GatewayTopics = ReturnType<typeof topicsOf>;
