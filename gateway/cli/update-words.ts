// What people read of a plan, and of how an update ended.

import type { UpdatePlan } from '../update/update-plan.js';
import type { UpdateState } from '../update/update-state.js';

const megabytes = (bytes: number) => `${Math.ceil(bytes / 1_000_000)} MB`;

export function planLines(plan: UpdatePlan): string[] {
  const { from, to, node, signedBy, journalLayout, configurationObjections: objections } = plan;
  const vouched = signedBy === null ? 'its SHA-256 is the one that was given' : `signed by ${signedBy}`;
  const journal =
    journalLayout === null
      ? 'there is none yet'
      : journalLayout < to.journalLayout
        ? `layout ${journalLayout} becomes ${to.journalLayout} at the first start`
        : `layout ${journalLayout} stays`;
  return [
    `package        ${plan.package.name}, ${megabytes(plan.package.bytes)}`,
    `               SHA-256 ${plan.package.sha256}`,
    `               ${vouched}`,
    `version        ${from.software} -> ${to.software}`,
    `Node.js        ${node.wanted}, this is ${node.found}`,
    `journal        ${journal}; the new version reads 1 to ${to.journalLayout}, and writes ${to.journalLayout}`,
    `configuration  ${objections.length === 0 ? 'accepted by the new version' : 'not accepted by the new version'}`,
    ...objections.map((text) => `               ${text}`),
    ...plan.room.map(
      ({ folder, what, neededBytes, freeBytes }) =>
        `room           ${what}: ${megabytes(neededBytes)} of ${megabytes(freeBytes)} free at ${folder}`,
    ),
    'restarted      every role, once; what devices say meanwhile waits in them or is a gap',
    `going back     ${plan.rollback}`,
  ];
}

/** How it ended, or how far it is. */
export function endLines({ step, from, to, trouble, endedAtMs }: UpdateState): string[] {
  const when = endedAtMs === null ? '' : ` at ${new Date(endedAtMs).toISOString()}`;
  const why = trouble ? `: ${trouble.message} [${trouble.code}]` : '';
  if (step === 'done') return [`the update from ${from.software} to ${to.software} is in force${when}`];
  if (step === 'reverted')
    return [`the update to ${to.software} was taken back${when}${why}; ${from.software} runs`];
  if (step === 'abandoned') return [`the update to ${to.software} was given up${when}${why}`];
  return [`the update from ${from.software} to ${to.software} is under way (${step})${why}`];
}
