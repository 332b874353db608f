// The units in config/systemd: each role has one, starts as `coldgate run` starts it, has a user and rights of its own, and
// scores at most 1.5 by systemd's own reckoning, which needs no running systemd.

import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { roleNames } from '../../gateway/main.js';
import { allocatorEnvironment, nodeFlagsOf } from '../../gateway/role-memory.js';
import { modulesReachedFrom } from '../architecture/source-tree.js';
import { hasProgram } from '../firmware-bridge/peer-program.js';

const MAX_EXPOSURE = 1.5;
const folder = fileURLToPath(new URL('../../config/systemd', import.meta.url));
const units = readdirSync(folder).filter((name) => name.endsWith('.service'));

/** Values by key; a key may come several times. */
function settingsOf(unit: string): (key: string) => readonly string[] {
  const lines = readFileSync(join(folder, unit), 'utf8').split('\n');
  const pairs = lines.filter((line) => /^[A-Z]/.test(line)).map((line) => line.split(/=(.*)/s));
  return (key) => pairs.filter(([name]) => name === key).map(([, value = '']) => value);
}

const unitOf = (role: string) => settingsOf(`coldgate-${role}.service`);

/** The module that each unit's process starts with. */
const entries: readonly (readonly [role: string, entry: string])[] = [
  ['gateway', 'dist/gateway/gateway-role.js'],
  ['ledger-sync', 'dist/gateway/ledger-sync-role.js'],
  ['console', 'dist/gateway/console/console-role.js'],
  ['relay', 'dist/gateway/relay/relay-role.js'],
  ['update', 'dist/gateway/cli/update-standing-command.js'],
];

describe.skipIf(!hasProgram('systemd-analyze', 'systemd'))('by the reckoning of systemd-analyze', () => {
  it.each(units)('%s is exposed by at most 1.5', (unit) => {
    const parameters = ['security', '--offline=true', '--no-pager', join(folder, unit)];
    const { stdout, stderr } = spawnSync('systemd-analyze', parameters, { encoding: 'utf8' });
    const [, exposure] = /Overall exposure level for \S+: ([0-9.]+)/.exec(stdout) ?? [];
    expect(exposure, stderr).toBeDefined();
    expect(Number(exposure)).toBeLessThanOrEqual(MAX_EXPOSURE);
    // Lines that systemd passes over, such as a misspelt key, are told here.
    expect(stderr).toBe('');
  });
});

describe('each role as a service of its own', () => {
  it.each(roleNames)('%s starts with what `coldgate run` gives it', (role) => {
    const flags = nodeFlagsOf(role).join(' ');
    const start = `/usr/bin/node ${flags} /usr/bin/coldgate run --role ${role} -c /etc/coldgate/coldgate.yaml`;
    expect(unitOf(role)('ExecStart')).toEqual([start]);
    const environment = Object.entries(allocatorEnvironment).map((pair) => pair.join('='));
    expect(unitOf(role)('Environment')[0]).toBe(environment.join(' '));
  });

  it('has a user that no other role has, in the one group that the journal is for', () => {
    const users = roleNames.map((role) => unitOf(role)('User').join());
    expect(new Set(users).size).toBe(roleNames.length);
    expect(roleNames.map((role) => unitOf(role)('Group').join())).toEqual([
      'coldgate',
      'coldgate',
      'coldgate',
    ]);
  });

  it('never runs beside the service of all roles, which writes the same journal', () => {
    for (const role of roleNames) expect(unitOf(role)('Conflicts')).toEqual(['coldgate.service']);
    const others = settingsOf('coldgate.service')('Conflicts').join(' ').split(' ').sort();
    expect(others).toEqual(roleNames.map((role) => `coldgate-${role}.service`).sort());
  });

  it('cannot look into the folders of secrets of the others', () => {
    const closed = Object.fromEntries(
      roleNames.map((role) => [role, unitOf(role)('InaccessiblePaths').join()]),
    );
    expect(closed).toEqual({
      gateway: '-/etc/coldgate/ledger -/etc/coldgate/console',
      'ledger-sync': '-/etc/coldgate/keys -/etc/coldgate/console',
      console: '-/etc/coldgate/keys -/etc/coldgate/ledger',
    });
  });

  it('reaches devices only where it reads them, and the network only as it needs it', () => {
    const seen = Object.fromEntries(
      units.map((unit) => {
        const of = settingsOf(unit);
        return [
          unit,
          [of('PrivateDevices'), of('SocketBindDeny'), of('IPAddressDeny')].map((all) => all.join()),
        ];
      }),
    );
    expect(seen).toEqual({
      'coldgate.service': ['', '', ''],
      'coldgate-gateway.service': ['', '', ''],
      'coldgate-ledger-sync.service': ['yes', 'any', ''],
      'coldgate-console.service': ['yes', '', 'any'],
      'coldgate-relay.service': ['yes', 'any', ''],
      'coldgate-update.service': ['yes', 'any', 'any'],
    });
  });
});

describe.each(['coldgate.service', 'coldgate-gateway.service'])('%s, which reads devices', (unit) => {
  it('loads the drivers of adapters before its list of devices is made, so that one may be plugged in later', () => {
    // systemd looks the names up in /proc/devices, where a driver stands once it is loaded. The others are never modules.
    const drivers: Readonly<Record<string, string | undefined>> = { ttyUSB: 'usbserial', ttyACM: 'cdc_acm' };
    const of = settingsOf(unit);
    const allowed = of('DeviceAllow').map((line) => /^char-(\w+) rw$/.exec(line)?.[1] ?? line);
    expect(allowed).toEqual(['ttyUSB', 'ttyACM', 'ttyAMA', 'ttyS', 'gpiochip']);
    const wanted = allowed.flatMap((name) => drivers[name] ?? []).map((name) => `modprobe@${name}.service`);
    expect(of('Wants')).toEqual([wanted.join(' ')]);
    expect(of('After')).toContain(wanted.join(' '));
  });
});

describe('what V8 and the roles need', () => {
  it.each(units)(
    '%s lets V8 compile, and answers a forbidden call instead of killing the process',
    (unit) => {
      const of = settingsOf(unit);
      expect(of('MemoryDenyWriteExecute')).toEqual([]);
      expect(of('SystemCallErrorNumber')).toEqual(['EPERM']);
    },
  );

  it.each(entries)('%s sees the number of the boot where it reads it', (role, entry) => {
    // /proc/sys/kernel/random/boot_id orders records over restarts, and tells whether the time that was kept is of this boot.
    const isRead = modulesReachedFrom(entry).has('dist/gateway/intake/boot.js');
    expect(unitOf(role)('ProcSubset')).toEqual(isRead ? [] : ['pid']);
  });

  it('coldgate.service sees all that a role of its own sees', () => {
    expect(settingsOf('coldgate.service')('ProcSubset')).toEqual([]);
  });

  it.each(units)('%s gives up restarting never: nobody is there', (unit) => {
    const of = settingsOf(unit);
    // An update comes to an end.
    const restart = unit === 'coldgate-update.service' ? 'on-failure' : 'always';
    expect([of('Restart'), of('StartLimitIntervalSec')]).toEqual([[restart], ['0']]);
  });
});
