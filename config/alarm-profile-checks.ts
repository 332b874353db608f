// Rules of an alarm profile that span several fields: limits fit the side, ids are unique, MKT is not for the frozen.
// Runs on the plain values beside the schema, so that a slip in one field hides no slip in another.

import { type Finding, finding, named, repeatedNames } from './finding.js';
import { RawNode } from './raw-node.js';

/** What a person can still keep apart on one report, and what other monitoring systems offer. */
const maxRulesPerSide = 6;

/** All findings over the plain values of a profile file. */
export function alarmProfileFindings(value: unknown): Finding[] {
  const root = new RawNode(value);
  const rules = root.entries('rules');
  const bands = root.entries('stability');
  return [
    ...repeatedNames(named(rules.map((rule) => rule.child('id'))), 'this id', 'each rule needs its own id'),
    ...repeatedNames(named(bands.map((band) => band.child('id'))), 'this id', 'each band needs its own id'),
    ...rules.flatMap(limitFindings),
    ...['high', 'low', 'both'].flatMap((side) => countFindings(rules, side)),
    ...bands.flatMap((band) => orderFindings(band.child('from'), band.child('to'), 'to')),
    ...gapFindings(root),
    ...mktFindings(root),
  ];
}

function limitFindings(rule: RawNode): Finding[] {
  const side = rule.child('side').text;
  const [limit, low, high] = [rule.child('limit'), rule.child('low'), rule.child('high')];
  if (side === 'both') {
    const missing = [low, high]
      .filter((node) => !node.isPresent)
      .map((node) => finding(node, 'side both needs low and high', { example: 'low: 2.0, high: 8.0' }));
    const extra = limit.isPresent
      ? [finding(limit, 'side both has no limit of its own', { hint: 'write low and high instead' })]
      : [];
    return [...missing, ...extra, ...orderFindings(low, high, 'high')];
  }
  if (side !== 'high' && side !== 'low') return [];
  const extra = [low, high]
    .filter((node) => node.isPresent)
    .map((node) => finding(node, `side ${side} has one limit`, { hint: 'write limit, or side: both' }));
  return limit.isPresent
    ? extra
    : [...extra, finding(limit, `side ${side} needs a limit`, { example: 'limit: 8.0' })];
}

function orderFindings(low: RawNode, high: RawNode, highName: string): Finding[] {
  if (low.number === undefined || high.number === undefined || low.number < high.number) return [];
  return [
    finding(low, 'the lower temperature is not below the upper one', {
      allowed: `less than ${highName}, which is ${high.number}`,
    }),
  ];
}

function countFindings(rules: readonly RawNode[], side: string): Finding[] {
  return rules
    .filter((rule) => rule.child('side').text === side)
    .slice(maxRulesPerSide)
    .map((rule) =>
      finding(rule.child('side'), `more than ${maxRulesPerSide} rules of side ${side}`, {
        allowed: `at most ${maxRulesPerSide} rules each of side high, low and both`,
      }),
    );
}

function gapFindings(root: RawNode): Finding[] {
  const interval = root.child('intervalMin').number;
  const maxGap = root.child('maxGapMin');
  if (interval === undefined || maxGap.number === undefined || maxGap.number >= interval) return [];
  return [
    finding(maxGap, 'every expected reading would come after a gap', {
      allowed: `at least intervalMin, which is ${interval}`,
      hint: 'leave it out for 2 x intervalMin',
    }),
  ];
}

function mktFindings(root: RawNode): Finding[] {
  const mkt = root.child('mkt');
  if (root.child('frozen').value !== true || !mkt.isPresent) return [];
  return [finding(mkt, 'mean kinetic temperature does not apply to frozen product', { hint: 'remove mkt' })];
}
