// Rules between the entries of `mqttIntake` and `publish`: who may connect from outside, who may write which topic.
// Runs on a file that may be half right; single values are the schema's business.

import { isLoopback } from './fields.js';
import { type Finding, finding, named, repeatedNames } from './finding.js';
import type { RawNode } from './raw-node.js';

export function mqttFindings(root: RawNode): Finding[] {
  return [...intakeFindings(root.child('mqttIntake')), ...brokersFindings(root)];
}

function intakeFindings(intake: RawNode): Finding[] {
  const sensors = intake.entries('sensors');
  const users = intake.entries('users');
  const topics = sensors.map((sensor) => sensor.child('topic'));
  const known = new Set(topics.map((topic) => topic.text));
  const findings = [
    ...repeatedNames(named(topics), 'this topic', 'list all values of one topic in one entry'),
    ...repeatedNames(
      named(users.map((user) => user.child('username'))),
      'this user name',
      'one entry per user',
    ),
  ];
  const host = intake.child('listen').child('host');
  if (host.text !== undefined && !isLoopback(host.text) && users.length === 0) {
    findings.push(
      finding(host, 'anyone on this network could write readings: users are required off loopback', {
        hint: 'listen on 127.0.0.1, or list mqttIntake.users with a passwordFile each',
      }),
    );
  }
  findings.push(...certificateFindings(intake.child('listen').child('tls'), users));
  for (const topic of users.flatMap((user) => user.entries('sensorTopics'))) {
    if (topic.text !== undefined && !known.has(topic.text)) {
      findings.push(finding(topic, 'no sensor has this topic', { hint: 'list it in mqttIntake.sensors' }));
    }
  }
  return [...findings, ...sensors.flatMap(emptyFindings)];
}

/** Each user proves itself by something, and certificates only where they are asked for. */
function certificateFindings(tls: RawNode, users: readonly RawNode[]): Finding[] {
  const names = users.map((user) => user.child('certificateName'));
  const findings = repeatedNames(named(names), 'this certificate name', 'one certificate is one user');
  const isChecked = tls.child('caFile').isPresent;
  const demand = tls.child('requireClientCertificate');
  if (demand.value === true && !isChecked) {
    findings.push(
      finding(demand, 'without caFile no certificate can be checked', {
        example: 'caFile: ./keys/sensor-ca.pem',
      }),
    );
  }
  for (const [index, user] of users.entries()) {
    const name = names[index];
    const [file, hash] = [user.child('passwordFile'), user.child('passwordHash')];
    if (file.isPresent && hash.isPresent) {
      findings.push(finding(hash, 'passwordFile is given already', { hint: 'keep one of the two' }));
    }
    if (name?.isPresent && !isChecked) {
      findings.push(
        finding(name, 'clients are asked for a certificate only with mqttIntake.listen.tls.caFile', {
          hint: 'add tls with a caFile, or give this user a password',
        }),
      );
    }
    if (!file.isPresent && !hash.isPresent && !name?.isPresent) {
      findings.push(
        finding(file, 'a value is missing: anyone could be this user', {
          allowed: 'passwordFile, passwordHash or certificateName',
          example: 'passwordFile: ./keys/door-probe.password',
        }),
      );
    }
  }
  return findings;
}

/** An entry that names no sensor would read messages and keep none. */
function emptyFindings(sensor: RawNode): Finding[] {
  const mapping = sensor.child('mapping').text;
  const isDirect = mapping === 'zigbee2mqtt' || mapping === 'ruuvi';
  const holders = isDirect ? [sensor] : sensor.entries('probes');
  const keys = [
    'temperatureSensorId',
    'humiditySensorId',
    ...(mapping === 'zigbee2mqtt' ? ['doorSensorId'] : []),
  ];
  return holders
    .filter((holder) => keys.every((key) => !holder.child(key).isPresent))
    .map((holder) =>
      finding(holder.child('temperatureSensorId'), `a ${mapping} sensor needs at least one sensor id`, {
        allowed: `${keys.join(', ')}: one or more`,
        example: 'temperatureSensorId: fridge',
      }),
    );
}

function brokersFindings(root: RawNode): Finding[] {
  const brokers = root.child('publish').entries('brokers');
  const embedded = brokers.filter((broker) => broker.child('url').text === 'embedded');
  const findings = repeatedNames(
    named(brokers.map((broker) => broker.child('name'))),
    'this broker name',
    'each broker has its own cursor under its name',
  );
  for (const second of embedded.slice(1)) {
    findings.push(
      finding(second.child('url'), 'the embedded broker is already listed', {
        hint: 'remove one of the two',
      }),
    );
  }
  const first = embedded[0];
  if (first !== undefined && !root.child('mqttIntake').isPresent) {
    findings.push(
      finding(
        first.child('url'),
        'the embedded broker is started by the section mqttIntake, which is absent',
        {
          example: 'mqttIntake: { listen: { host: 127.0.0.1, port: 1883 } }',
        },
      ),
    );
  }
  const fleet = root.child('fleet').child('broker');
  return [
    ...findings,
    ...[...brokers, fleet].flatMap(credentialFindings),
    ...brokers.flatMap(sealedFindings),
  ];
}

/** What is hidden from a broker must not reach it by another way. */
function sealedFindings(broker: RawNode): Finding[] {
  if (broker.entries('sealedFor').length === 0) return [];
  return ['homeAssistant', 'takesRequests']
    .map((key) => broker.child(key))
    .filter(({ value }) => value === true)
    .map((node) =>
      finding(node, 'a broker with sealedFor shall read no names, and would read them here', {
        hint: 'remove it, or use another broker for it',
      }),
    );
}

function credentialFindings(broker: RawNode): Finding[] {
  const url = broker.child('url').text;
  const username = broker.child('username');
  const password = broker.child('passwordFile');
  const tls = ['caFile', 'certFile', 'keyFile'].map((key) => broker.child(key));
  const [, certificate, key] = tls;
  const findings: Finding[] = [];
  if (url === 'embedded') {
    for (const needless of [username, password, ...tls].filter((node) => node.isPresent)) {
      findings.push(finding(needless, 'the embedded broker needs no credentials', { hint: 'remove it' }));
    }
    return findings;
  }
  if (username.isPresent !== password.isPresent) {
    const absent = username.isPresent ? password : username;
    findings.push(
      finding(absent, 'username and passwordFile belong together', { hint: 'give both or neither' }),
    );
  }
  if (certificate && key && certificate.isPresent !== key.isPresent) {
    const absent = certificate.isPresent ? key : certificate;
    findings.push(finding(absent, 'certFile and keyFile belong together', { hint: 'give both or neither' }));
  }
  if (url?.startsWith('mqtt://')) {
    for (const file of tls.filter((node) => node.isPresent)) {
      findings.push(finding(file, 'it has no effect without TLS', { hint: 'use an mqtts:// url' }));
    }
  }
  return findings;
}
