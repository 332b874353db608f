// Rules between the entries of `devices`: one port per device, one probe per unit and input, profiles' abilities.
// Runs on a file that may be half right; single values are the schema's business.

import { defaults } from './defaults.js';
import { type Finding, finding, named, pathText, repeatedNames } from './finding.js';
import { profileTraits } from './names.js';
import type { RawNode } from './raw-node.js';

export function deviceFindings(root: RawNode): Finding[] {
  const devices = root.entries('devices');
  return [
    ...repeatedNames(
      named(devices.map((device) => device.child('port'))),
      'this port',
      'one device per port: two programs on one wire corrupt each other',
    ),
    ...devices.flatMap(timingFindings),
    ...devices.flatMap(wireTimeFindings),
    ...devices
      .filter((device) => device.child('type').text === 'modbus')
      .flatMap((device) => probeFindings(device.entries('probes'))),
    ...repeatedNames(
      named(devices.flatMap((device) => device.entries('probes')).map((probe) => probe.child('romId'))),
      'this probe',
      'a DS18B20 has one number of its own: give each entry another',
    ),
    ...devices.flatMap(channelFindings),
    ...repeatedNames(gpioLines(devices), 'this line', 'give each contact a line of its own'),
  ];
}

/** A conversion takes 750 ms, and probes may have to be read one after the other. */
const onewireReadMs = 800;

function wireTimeFindings(device: RawNode): Finding[] {
  if (device.child('type').text !== 'onewire') return [];
  const cadence = device.child('cadenceMs');
  const neededMs = Math.max(1_000, device.entries('probes').length * onewireReadMs);
  if ((cadence.number ?? defaults.onewire.cadenceMs) >= neededMs) return [];
  return [
    finding(cadence, 'the probes of this wire cannot be read that fast', {
      allowed: `at least ${neededMs}, which is ${onewireReadMs} ms for each probe`,
      example: `cadenceMs: ${neededMs}`,
    }),
  ];
}

/** A board's channel feeds one sensor. */
function channelFindings(device: RawNode): Finding[] {
  const channels = device.entries('channels').map((entry) => entry.child('channel'));
  return repeatedNames(
    channels.flatMap((node) => (node.number === undefined ? [] : [{ node, name: String(node.number) }])),
    'this channel',
    'give each sensor a channel of its own',
  );
}

function gpioLines(devices: readonly RawNode[]): { node: RawNode; name: string }[] {
  return devices.flatMap((device) => {
    const node = device.child('line');
    const chip = device.child('chip').text ?? defaults.gpio.chip;
    return node.number === undefined ? [] : [{ node, name: `${chip} ${node.number}` }];
  });
}

/** A reply that may come later than the next question cannot be told from the answer to it. */
function timingFindings(device: RawNode): Finding[] {
  if (device.child('type').text !== 'modbus') return [];
  const timeout = device.child('replyTimeoutMs');
  const timeoutMs = timeout.number ?? defaults.modbus.replyTimeoutMs;
  const cadenceMs = device.child('cadenceMs').number ?? defaults.modbus.cadenceMs;
  if (timeoutMs <= cadenceMs) return [];
  return [
    finding(timeout, 'the reply timeout is longer than the cadence', {
      allowed: `at most cadenceMs, which is ${cadenceMs}`,
    }),
  ];
}

function probeFindings(probes: readonly RawNode[]): Finding[] {
  const firstOfUnit = new Map<number, RawNode>();
  const placeOfInput = new Map<string, string>();
  return probes.flatMap((probe) => {
    const findings = traitFindings(probe);
    const unit = probe.child('unit').number;
    if (unit === undefined) return findings;
    const profile = probe.child('profile');
    const first = firstOfUnit.get(unit)?.child('profile');
    if (first === undefined) firstOfUnit.set(unit, probe);
    else if (first.text !== profile.text) {
      findings.push(finding(profile, `unit ${unit} has another profile at ${pathText(first.path)}`));
    }
    const input = `${unit}/${probe.child('channel').number ?? ''}`;
    const place = placeOfInput.get(input);
    if (place === undefined) placeOfInput.set(input, pathText(probe.path));
    else {
      const hint = 'give each transmitter its own unit, or each input of one transmitter its own channel';
      findings.push(
        finding(probe.child('unit'), `this unit and channel are already used at ${place}`, { hint }),
      );
    }
    return findings;
  });
}

function traitFindings(probe: RawNode): Finding[] {
  const traits = profileTraits(probe.child('profile').value);
  if (traits === undefined) return [];
  const humidity = probe.child('humiditySensorId');
  const channel = probe.child('channel');
  const name = probe.child('profile').text;
  const findings: Finding[] = [];
  if (humidity.isPresent && !traits.hasHumidity) {
    findings.push(finding(humidity, `profile ${name} has no humidity`, { hint: 'remove humiditySensorId' }));
  }
  if (channel.isPresent && traits.channels === 1) {
    findings.push(finding(channel, `profile ${name} has a single input`, { hint: 'remove channel' }));
  }
  if (!channel.isPresent && traits.channels > 1) {
    const allowed = `1 to ${traits.channels}`;
    findings.push(
      finding(channel, `profile ${name} has ${traits.channels} inputs; say which`, {
        allowed,
        example: 'channel: 1',
      }),
    );
  }
  return findings;
}
