// What a configuration says about judging: profiles or limits, certificates, contacts; and what is wrong with it.

import { describe, expect, test } from 'vitest';
import { ConfigError } from '../../config/config-error.js';
import { parseConfig } from '../../config/load.js';

/** A file with a probe `s`, a door `d` and a section about them. */
const judged = (text: string) => `gateway: { name: truck-17 }
devices:
  - { id: bus, type: modbus, port: /dev/ttyUSB1, probes: [ { sensorId: s, unit: 1, profile: xy-md02 } ] }
  - { id: pin, type: gpio, sensorId: d, line: 17 }
${text}
`;

const certificate =
  "serial: '1', certificate: c, calibratedOn: '2026-01-01', dueOn: '2026-12-31', uncertaintyMilliC: 100";

describe('judging in a configuration', () => {
  test('names a built-in profile, or a file beside the configuration', () => {
    const { excursions } = parseConfig(
      judged('excursions: [ { sensorId: s, profile: GDP-2-8-default } ]'),
      '/etc/coldgate/coldgate.yaml',
    );
    expect(excursions[0]?.profile).toBe('GDP-2-8-default');
    const error = problemsOf('excursions: [ { sensorId: s, profile: lane.yaml } ]');
    expect(error).toMatchObject([
      { path: 'excursions[0].profile', message: expect.stringContaining('/etc/coldgate/lane.yaml') },
    ]);
  });

  test('has certificates of probes and contacts beside them', () => {
    const config = parseConfig(
      judged(
        `calibrations: [ { sensorId: s, ${certificate} } ]\ncontacts: [ { sensorId: d, means: defrost, probes: [ s ] } ]`,
      ),
      '/etc/coldgate/coldgate.yaml',
    );
    expect(config.calibrations[0]).toMatchObject({ sensorId: 's', uncertaintyMilliC: 100 });
    expect(config.contacts).toEqual([{ sensorId: 'd', means: 'defrost', probes: ['s'] }]);
  });

  test.each([
    [
      'a profile that does not exist',
      'excursions: [ { sensorId: s, profile: GDP-2-9 } ]',
      'excursions[0].profile',
    ],
    [
      'a profile and a limit',
      'excursions: [ { sensorId: s, profile: GDP-2-8-default, highMilliC: 1 } ]',
      'excursions[0].highMilliC',
    ],
    [
      'a profile and a delay',
      'excursions: [ { sensorId: s, profile: GDP-2-8-default, delayMs: 1 } ]',
      'excursions[0].delayMs',
    ],
    ['neither profile nor limits', 'excursions: [ { sensorId: s } ]', 'excursions[0].highMilliC'],
    [
      'a certificate of an unknown probe',
      `calibrations: [ { sensorId: x, ${certificate} } ]`,
      'calibrations[0].sensorId',
    ],
    [
      'two certificates of one probe',
      `calibrations: [ { sensorId: s, ${certificate} }, { sensorId: s, ${certificate} } ]`,
      'calibrations[1].sensorId',
    ],
    [
      'a day that is none',
      `calibrations: [ { sensorId: s, ${certificate.replace('2026-01-01', '1.1.2026')} } ]`,
      'calibrations[0].calibratedOn',
    ],
    ['a check of an unknown probe', 'sensorChecks: [ { sensorId: x } ]', 'sensorChecks[0].sensorId'],
    [
      'an unknown sibling',
      'sensorChecks: [ { sensorId: s, siblings: [ x ] } ]',
      'sensorChecks[0].siblings[0]',
    ],
    [
      'two checks of one probe',
      'sensorChecks: [ { sensorId: s }, { sensorId: s } ]',
      'sensorChecks[1].sensorId',
    ],
    [
      'a contact that is no door',
      'contacts: [ { sensorId: s, means: door, probes: [ s ] } ]',
      'contacts[0].sensorId',
    ],
    [
      'a contact of an unknown probe',
      'contacts: [ { sensorId: d, means: door, probes: [ x ] } ]',
      'contacts[0].probes[0]',
    ],
    [
      'a contact with a meaning of its own',
      'contacts: [ { sensorId: d, means: hatch, probes: [ s ] } ]',
      'contacts[0].means',
    ],
  ])('%s is refused where it stands', (_what, text, path) => {
    expect(problemsOf(text).map((problem) => problem.path)).toEqual([path]);
  });
});

function problemsOf(text: string) {
  try {
    parseConfig(judged(text), '/etc/coldgate/coldgate.yaml');
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  throw new Error('nothing was refused');
}
