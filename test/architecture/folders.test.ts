// Who may import whom. The rules stand in the READMEs of the folders; here they are kept.

import { posix } from 'node:path';
import { describe, expect, test } from 'vitest';
import { productSources, sources } from './source-tree.js';

/** "a/b/c.ts imports d/e.ts" for each import between project files that `isWrong`. */
function imports(isWrong: (from: string, to: string) => boolean): string[] {
  return sources.flatMap(({ path, imports: found }) =>
    found.flatMap(({ file }) =>
      file !== undefined && isWrong(path, file) ? [`${path} imports ${file}`] : [],
    ),
  );
}

const topOf = (path: string) => path.split('/')[0] ?? '';

test('every import between project files leads to a file', () => {
  const paths = new Set(sources.map(({ path }) => path));
  const isGenerated = (to: string) => to.includes('/generated/') || to.startsWith('dist/');
  expect(imports((_from, to) => to.endsWith('.ts') && !isGenerated(to) && !paths.has(to))).toEqual([]);
});

describe('config, firmware-bridge and ledger-sync know nothing of each other or of gateway', () => {
  test.each(['config', 'firmware-bridge', 'ledger-sync'])('%s', (folder) => {
    expect(imports((from, to) => topOf(from) === folder && topOf(to) !== folder)).toEqual([]);
  });
});

test('the product imports nothing of the tests', () => {
  expect(imports((from, to) => topOf(from) !== 'test' && topOf(to) === 'test')).toEqual([]);
});

test('nothing of the product imports the demo or the command line, but for the command that runs the demo', () => {
  const isOuter = (path: string) => /^gateway\/(demo|cli)\//.test(path);
  const isDemo = (path: string) => path.startsWith('gateway/demo/');
  const runsDemo = 'gateway/cli/demo-commands.ts';
  expect(
    imports((from, to) => {
      if (topOf(from) === 'test') return false;
      return (isOuter(to) && !isOuter(from)) || (isDemo(to) && !isDemo(from) && from !== runsDemo);
    }),
  ).toEqual([]);
});

test("the console's contract imports nothing but itself: the front end takes its types from it", () => {
  const api = 'gateway/console/api/';
  expect(imports((from, to) => from.startsWith(api) && !to.startsWith(api))).toEqual([]);
});

describe('the pages', () => {
  const web = 'gateway/console/web/';
  const isWeb = (path: string) => path.startsWith(web);

  test("know of the product only the API's types and what proves evidence", () => {
    const mayKnow = /^(gateway\/console\/api\/|gateway\/client\/|ledger-sync\/evidence\/)/;
    expect(imports((from, to) => isWeb(from) && !isWeb(to) && !mayKnow.test(to))).toEqual([]);
  });

  test('take no value of the API: a bundle without zod', () => {
    const values = sources.flatMap(({ path, text, imports: found }) =>
      isWeb(path)
        ? found.flatMap(({ specifier, file }) =>
            file?.startsWith('gateway/console/api/') && !isTypeOnly(text, specifier)
              ? [`${path} ${file}`]
              : [],
          )
        : [],
    );
    expect(values).toEqual([]);
  });

  test('are imported by nothing but their tests', () => {
    expect(imports((from, to) => isWeb(to) && !isWeb(from) && topOf(from) !== 'test')).toEqual([]);
  });

  test('come in layers: words and net before parts, parts before the shell, the shell before pages', () => {
    const order = ['words', 'net', 'parts', 'chart', 'shell', 'pages'];
    const rank = (path: string) => order.indexOf(path.slice(web.length).split('/')[0] ?? '');
    /** Where the reader's choices, the address and the session are kept: anybody may ask. */
    const state = /^gateway\/console\/web\/shell\/(preferences|router|session)\.ts$/;
    const loadsPages = 'gateway/console/web/shell/pages.ts';
    const isUpwards = (from: string, to: string) =>
      isWeb(from) && isWeb(to) && rank(from) !== -1 && rank(to) > rank(from);
    expect(imports((from, to) => isUpwards(from, to) && !state.test(to) && from !== loadsPages)).toEqual([]);
  });
});

test('only simulated hardware, the demo and tests import simulators', () => {
  const mayUse =
    /^(firmware-bridge\/simulators\/|gateway\/demo\/|gateway\/cli\/(simulate|replay)-command\.ts$|test\/)/;
  expect(imports((from, to) => to.startsWith('firmware-bridge/simulators/') && !mayUse.test(from))).toEqual(
    [],
  );
});

const wire = ['.', 'bytes', 'framing'];
const reader = [...wire, 'epc'];
const families = {
  m100: reader,
  rcp: reader,
  chafon: reader,
  mercury: reader,
  r2000: reader,
  modbus: wire,
  onewire: ['.', 'bytes'],
  nmea: [...wire, 'position'],
  gpsd: [...wire, 'position'],
  gpio: [...wire, 'transport'],
  board: wire,
  'mqtt-sensors': ['.', 'bytes', 'epc'],
};
/** Folders of firmware-bridge from the wire up; '.' is the contract that all share. Each may import what it lists. */
const bridgeLayers: Readonly<Record<string, readonly string[]>> = {
  bytes: [],
  framing: ['bytes'],
  '.': ['framing'],
  position: ['.'],
  epc: ['.', 'bytes'],
  ...families,
  transport: ['.'],
  tap: ['.', 'transport'],
  supervise: ['.', 'transport'],
  simulators: [...wire, ...Object.keys(families), 'transport'],
  registry: ['.', ...Object.keys(families)],
};
/** The list of all protocols is the one file at the top that knows the families. */
const registry = 'firmware-bridge/wire-protocols.ts';
/** Puts a family's driver under supervision: the one file per family that sees both. */
const familyStart = /^firmware-bridge\/[a-z0-9-]+\/start-[a-z0-9-]+\.ts$/;

test('in firmware-bridge bytes come before framing, framing before device families, families before supervision', () => {
  const layerOf = (path: string) =>
    path === registry ? 'registry' : posix.relative('firmware-bridge', posix.dirname(path)) || '.';
  const bridge = sources.filter(({ path }) => topOf(path) === 'firmware-bridge');
  const unknown = new Set(
    bridge.map(({ path }) => layerOf(path)).filter((layer) => !(layer in bridgeLayers)),
  );
  expect([...unknown], 'a new folder: give it its place in bridgeLayers').toEqual([]);
  expect(
    imports((from, to) => {
      if (topOf(from) !== 'firmware-bridge' || topOf(to) !== 'firmware-bridge') return false;
      const [layer, target] = [layerOf(from), layerOf(to)];
      if (layer === target || bridgeLayers[layer]?.includes(target)) return false;
      return !(familyStart.test(from) && (target === 'supervise' || target === 'transport'));
    }),
  ).toEqual([]);
});

test('no file imports itself through others', () => {
  // Types vanish in the build: only values can meet half-made modules.
  const edges = new Map(
    productSources.map(({ path, text, imports: found }) => [
      path,
      found.flatMap(({ specifier, file }) =>
        file === undefined || isTypeOnly(text, specifier) ? [] : [file],
      ),
    ]),
  );
  const circles = [...edges.keys()].filter((start) => reaches(edges, start, start));
  expect(circles).toEqual([]);
});

function isTypeOnly(text: string, specifier: string): boolean {
  const statements = [...text.matchAll(/(?:^|\n)import\s([^;'"]*?)\sfrom\s+'([^']+)'/g)];
  const ofSpecifier = statements.filter(([, , from]) => from === specifier);
  return ofSpecifier.length > 0 && ofSpecifier.every(([, names = '']) => names.startsWith('type '));
}

function reaches(edges: ReadonlyMap<string, readonly string[]>, start: string, goal: string): boolean {
  const seen = new Set<string>();
  const open = [...(edges.get(start) ?? [])];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (next === goal) return true;
    if (seen.has(next)) continue;
    seen.add(next);
    open.push(...(edges.get(next) ?? []));
  }
  return false;
}
