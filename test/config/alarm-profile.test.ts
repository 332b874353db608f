// What an alarm profile file promises: exact numbers, a hash of its content, every problem at once.

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { builtInProfiles, loadAlarmProfile, parseAlarmProfile } from '../../config/alarm-profile-load.js';
import { ConfigError, type ConfigProblem } from '../../config/config-error.js';
import { canonicalJson } from '../../ledger-sync/evidence/jcs.js';

const rule = '{ id: hot, side: high, limit: 8.0, inclusive: false, type: single, delayMin: 15 }';
const head = "name: test\nversion: '1'\ntitle: Test\nsource: ours\nintervalMin: 5\n";
const parse = (rest: string) => parseAlarmProfile(`${head}${rest}`, 'test.yaml');
const withRules = (...rules: string[]) => parse(`rules: [ ${rules.join(', ')} ]\n`);

function problemsOf(task: () => unknown): readonly ConfigProblem[] {
  try {
    task();
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  throw new Error('the profile was accepted');
}

describe('the built-in profiles', () => {
  const vectors = JSON.parse(
    readFileSync(new URL('../vectors/alarm/alarm-vectors.json', import.meta.url), 'utf8'),
  );

  test.each(Object.keys(vectors.profiles))('%s says what its vector says', (name) => {
    const toMilliC = (rule: { side: string; limit: number }, side: string) =>
      rule.side === side ? Math.round(rule.limit * 1000) : undefined;
    const expected = vectors.profiles[name].rules.map(
      (rule: {
        id: string;
        side: string;
        limit: number;
        inclusive: boolean;
        type: string;
        delayMin: number;
      }) => ({
        id: rule.id,
        side: rule.side,
        highMilliC: toMilliC(rule, 'high'),
        lowMilliC: toMilliC(rule, 'low'),
        inclusive: rule.inclusive,
        type: rule.type,
        delayMs: rule.delayMin * 60_000,
        clearHysteresisMilliC: 0,
      }),
    );
    expect(loadAlarmProfile(name).rules.map(({ severity: _severity, ...rule }) => rule)).toEqual(expected);
  });

  test('each is named as its file, and no two are the same', () => {
    const profiles = builtInProfiles();
    for (const profile of profiles) expect(loadAlarmProfile(profile.name)).toEqual(profile);
    expect(new Set(profiles.map(({ hash }) => hash)).size).toBe(profiles.length);
  });

  test('a name that is none names those that are', () => {
    expect(() => loadAlarmProfile('GDP')).toThrow(expect.objectContaining({ code: 'CONFIG_ABSENT' }));
  });
});

describe('numbers', () => {
  test('are read by their digits', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 999_999 }), (milliC) => {
        const text = `${Math.floor(milliC / 1000)}.${String(milliC % 1000).padStart(3, '0')}`;
        expect(withRules(rule.replace('8.0', text)).rules[0]?.highMilliC).toBe(milliC);
      }),
    );
  });

  test.each(['8.0001', '8.0000000000000000001', '8e0', '0x8', "'8.0'", '-300', '.inf', '+8'])(
    '%s is refused as a limit',
    (text) => {
      const problems = problemsOf(() => withRules(rule.replace('8.0', text)));
      expect(problems).toMatchObject([{ path: 'rules[0].limit', line: 6 }]);
    },
  );

  test('gap, start delay, hysteresis and severity have defaults', () => {
    const profile = withRules(rule);
    expect(profile).toMatchObject({ maxGapMs: 600_000, ignoreMs: 0, isFrozen: false, stability: [] });
    expect(profile.rules[0]).toMatchObject({ clearHysteresisMilliC: 0, severity: 'major' });
  });

  test('hours and minutes become milliseconds', () => {
    const profile = parse(
      `mkt: { windowHours: 24, limit: 8 }\nstability: [ { id: room, from: 8, to: 25, allowanceMin: 0.5 } ]\nrules: [ ${rule} ]\n`,
    );
    expect(profile.mkt).toEqual({ windowMs: 86_400_000, limitMilliC: 8000 });
    expect(profile.stability).toEqual([
      { id: 'room', fromMilliC: 8000, toMilliC: 25_000, allowanceMs: 30_000 },
    ]);
  });
});

describe('the hash', () => {
  test('is SHA-256 over the RFC 8785 JSON of the content', () => {
    for (const { hash, ...content } of builtInProfiles()) {
      const text = canonicalJson(JSON.parse(JSON.stringify(content)));
      expect(hash).toBe(createHash('sha256').update(text).digest('hex'));
    }
  });

  test('is that of the content, not of its notation', () => {
    const json = JSON.stringify({
      rules: [{ delayMin: 15, type: 'single', inclusive: false, limit: 8, side: 'high', id: 'hot' }],
      ...{ intervalMin: 5, source: 'ours', title: 'Test', version: '1', name: 'test' },
    });
    expect(parseAlarmProfile(json, 'test.json').hash).toBe(withRules(rule).hash);
    expect(withRules(rule.replace('15', '16')).hash).not.toBe(withRules(rule).hash);
  });
});

describe('what is refused, all at once and with its line', () => {
  const both = '{ id: b, side: both, low: 8, high: 2, inclusive: true, type: single, delayMin: 0 }';
  test.each([
    ['low not below high', `rules: [ ${both} ]`, 'rules[0].low'],
    ['a limit on side both', `rules: [ ${both.replace('low: 8', 'low: 1, limit: 3')} ]`, 'rules[0].limit'],
    ['no limit', `rules: [ ${rule.replace('limit: 8.0, ', '')} ]`, 'rules[0].limit'],
    ['one id twice', `rules: [ ${rule}, ${rule} ]`, 'rules[1].id'],
    ['no rule', 'rules: []', 'rules'],
    ['an unknown key', `rules: [ ${rule} ]\nlimits: 3`, 'limits'],
    ['MKT of the frozen', `frozen: true\nmkt: { windowHours: 24, limit: 8 }\nrules: [ ${rule} ]`, 'mkt'],
    ['a gap shorter than the interval', `maxGapMin: 4\nrules: [ ${rule} ]`, 'maxGapMin'],
    [
      'a band upside down',
      `stability: [ { id: r, from: 9, to: 9, allowanceMin: 1 } ]\nrules: [ ${rule} ]`,
      'stability[0].from',
    ],
    [
      'a seventh rule of one side',
      `rules: [ ${Array.from({ length: 7 }, (_, n) => rule.replace('hot', `hot-${n}`)).join(', ')} ]`,
      'rules[6].side',
    ],
  ])('%s', (_what, rest, path) => {
    expect(problemsOf(() => parse(rest)).map((problem) => problem.path)).toEqual([path]);
  });

  test('several slips come together, with what is allowed and an example', () => {
    const problems = problemsOf(() =>
      withRules(rule.replace('8.0', '8.0001'), rule.replace('single', 'double')),
    );
    expect(problems.map(({ path }) => path).sort()).toEqual([
      'rules[0].limit',
      'rules[1].id',
      'rules[1].type',
    ]);
    expect(problems.find(({ path }) => path === 'rules[1].type')).toMatchObject({
      line: 6,
      allowed: 'one of single, cumulative',
      example: 'type: single',
    });
  });
});
