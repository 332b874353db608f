// What people edit or carry as text: configurations, alarm profiles, tables of readings, recorded ports.

import { readdirSync, readFileSync } from 'node:fs';
import { parseAlarmProfile } from '../../../config/alarm-profile-load.js';
import { ConfigError } from '../../../config/config-error.js';
import { parseConfig } from '../../../config/load.js';
import { parseTap } from '../../../firmware-bridge/tap/tap-file.js';
import { readReadingsCsv } from '../../../gateway/evaluation/readings-csv.js';
import { bytesOf, type FuzzTarget, refusedBy, textOf } from '../fuzz-target.js';

const root = new URL('../../../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root));
const profiles = readdirSync(new URL('config/profiles/alarm/', root)).map((name) =>
  read(`config/profiles/alarm/${name}`),
);
const yamlWords = [
  '['.repeat(20_000),
  '{a: '.repeat(15_000),
  '- '.repeat(20_000),
  '&a ',
  '*a',
  '<<: ',
  '!!js/function ',
  '!!binary ',
  '? ',
  '- ',
  ': ',
  '|',
  '>',
  '---',
  '...',
  '%YAML 1.1',
  '\n  ',
  '\t',
  '.inf',
  '0x',
  '1e999',
  '~',
];
const readings =
  'time,sensor,celsius\r\n"2026-03-01T12:00:00Z","p1","5.1"\r\n2026-03-01T14:05+02:00,p1,-0.001\r\n2026-03-01T12:10:00Z,p2,fault\n';

export const textTargets = (): FuzzTarget[] => [
  {
    name: 'configuration',
    seeds: [
      read('config/examples/coldgate.yaml'),
      bytesOf('gateway: { name: truck-17 }\nconsole: {}\ndevices: []\n'),
    ],
    words: yamlWords,
    slice: 60,
    share: 0.5,
    feed: (input) => refusedBy([ConfigError], () => parseConfig(textOf(input), '/nowhere/coldgate.yaml')),
  },
  {
    name: 'alarm profile',
    seeds: profiles,
    words: yamlWords,
    slice: 100,
    share: 1,
    feed: (input) =>
      refusedBy([ConfigError], () => parseAlarmProfile(textOf(input), '/nowhere/profile.yaml')),
  },
  {
    name: 'readings csv',
    seeds: [bytesOf(readings)],
    words: ['""', '",', '\r', ',,', '\n\n'],
    slice: 800,
    share: 60,
    feed: (input) => (readReadingsCsv(textOf(input)).ok ? 'accepted' : 'refused'),
  },
  {
    name: 'tap',
    seeds: [read('test/vectors/taps/m100-unplugged.tap')],
    words: ['\n', ' in ', ' out ', ' open', ' close ', '999999999999'],
    slice: 500,
    share: 15,
    feed: (input) => (parseTap(textOf(input)).kind === 'tap' ? 'accepted' : 'refused'),
  },
];
