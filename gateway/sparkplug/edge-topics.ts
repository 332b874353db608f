// Topics of one Sparkplug edge node (chapter 4): spBv1.0/{group}/{type}/{edge node}[/{device}], and STATE of its host.

import { SparkplugError } from './sparkplug-error.js';

const NAMESPACE = 'spBv1.0';

export interface EdgeTopics {
  readonly nodeBirth: string;
  readonly nodeData: string;
  readonly nodeDeath: string;
  readonly nodeCommand: string;
  readonly deviceBirth: (device: string) => string;
  readonly deviceData: (device: string) => string;
  readonly deviceDeath: (device: string) => string;
  readonly hostState: (hostId: string) => string;
}

/** Whether a name may stand in a topic: no level of its own, no wildcard, nothing that breaks MQTT (section 1.5.3). */
export function isTopicName(name: string): boolean {
  return name !== '' && name.length <= 256 && !/[+/#\p{Cc}\p{Surrogate}]/u.test(name);
}

/** @throws SparkplugError TOPIC_NAME_INVALID */
export function edgeTopics(groupId: string, edgeNodeId: string): EdgeTopics {
  for (const name of [groupId, edgeNodeId]) {
    if (isTopicName(name)) continue;
    throw new SparkplugError(
      'TOPIC_NAME_INVALID',
      `"${name}" cannot stand in a topic`,
      'use letters, digits, - and _, without + / #',
    );
  }
  const ofNode = (type: string) => `${NAMESPACE}/${groupId}/${type}/${edgeNodeId}`;
  return {
    nodeBirth: ofNode('NBIRTH'),
    nodeData: ofNode('NDATA'),
    nodeDeath: ofNode('NDEATH'),
    nodeCommand: ofNode('NCMD'),
    deviceBirth: (device) => `${ofNode('DBIRTH')}/${device}`,
    deviceData: (device) => `${ofNode('DDATA')}/${device}`,
    deviceDeath: (device) => `${ofNode('DDEATH')}/${device}`,
    hostState: (hostId) => `${NAMESPACE}/STATE/${hostId}`,
  };
}
