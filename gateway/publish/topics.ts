// The topics of version 1: coldgate/1/{gateway name}/... Names are checked by the configuration
// (/^[A-Za-z0-9_-]{1,64}$/), so no topic can be smuggled in.

export const TOPIC_ROOT = 'coldgate/1';

/** Topics of one gateway. */
export function topicsOf(gatewayName: string) {
  const base = `${TOPIC_ROOT}/${gatewayName}`;
  return {
    log: `${base}/log`,
    batch: `${base}/batch`,
    status: `${base}/status`,
    sensor: (sensorId: string) => `${base}/sensor/${sensorId}`,
    alert: (alertId: string) => `${base}/alert/${alertId}`,
    alertReview: (alertId: string) => `${base}/alert/${alertId}/review`,
    request: `${base}/request`,
    answer: (requestId: string) => `${base}/answer/${requestId}`,
  };
}

export type GatewayTopics = ReturnType<typeof topicsOf>;
