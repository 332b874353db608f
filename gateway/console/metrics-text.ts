// The figures for Prometheus (text format 0.0.4), out of what the first page shows.

import type { Health } from '../health/read-health.js';
import type { DeviceList } from './api/devices.js';
import type { Now } from './api/now.js';
import { Figures, type Labels } from './figures.js';
import { addHealthFigures } from './health-figures.js';

const MS_PER_SECOND = 1000;
const MILLI = 1000;
const states = ['ok', 'excursion', 'unknown'] as const;

/** @param process of the console itself */
export function metricsText(
  { gateway, probes, doors }: Now,
  { devices }: DeviceList,
  process: {
    readonly residentBytes: number;
    readonly indexedRecords: number;
    readonly streams: number;
    readonly sessions: number;
  },
  health: Health,
): string {
  const figures = new Figures();
  const { disk, ledger, alerts, sinks, lastCheckpoint } = gateway;
  const temperatures = probes.filter(({ quantity }) => quantity === 'temperature');
  const humidities = probes.filter(({ quantity }) => quantity === 'humidity');
  const degrees = (value: number | null) => (value === null ? null : value / MILLI);
  figures.add('coldgate_info', 'gauge', 'Always 1; says which gateway this is.', [
    [{ name: gateway.name, address: gateway.address, version: gateway.version }, 1],
  ]);
  figures.add('coldgate_gateway_up', 'gauge', 'Whether the gateway role has lately shown that it lives.', [
    [{}, gateway.isRunning === null ? null : Number(gateway.isRunning)],
  ]);
  figures.add('coldgate_records_total', 'counter', 'Records that are signed and durable.', [
    [{}, gateway.records],
  ]);
  figures.add(
    'coldgate_last_checkpoint_timestamp_seconds',
    'gauge',
    'When the newest signed head was made.',
    [[{}, lastCheckpoint ? lastCheckpoint.atMs / MS_PER_SECOND : null]],
  );
  figures.add(
    'coldgate_probe_temperature_celsius',
    'gauge',
    'Newest reading.',
    temperatures.map(({ sensorId, valueMilli }) => [{ sensor: sensorId }, degrees(valueMilli)]),
  );
  figures.add(
    'coldgate_probe_humidity_percent',
    'gauge',
    'Newest reading.',
    humidities.map(({ sensorId, valueMilli }) => [{ sensor: sensorId }, degrees(valueMilli)]),
  );
  figures.add(
    'coldgate_probe_age_seconds',
    'gauge',
    'Age of the newest reading.',
    probes.map(({ sensorId, ageMs }) => [
      { sensor: sensorId },
      ageMs === null ? null : ageMs / MS_PER_SECOND,
    ]),
  );
  figures.add(
    'coldgate_probe_state',
    'gauge',
    'One of its states is 1.',
    temperatures.flatMap(({ sensorId, state }) =>
      states.map((one): [Labels, number] => [{ sensor: sensorId, state: one }, Number(one === state)]),
    ),
  );
  figures.add(
    'coldgate_door_open',
    'gauge',
    'Whether a contact is open.',
    doors.map(({ sensorId, isOpen }) => [{ sensor: sensorId }, Number(isOpen)]),
  );
  figures.add(
    'coldgate_alerts',
    'gauge',
    'Alerts that wait for somebody.',
    (['open', 'acknowledged', 'assessed'] as const).map((state) => [{ state }, alerts[state]]),
  );
  figures.add(
    'coldgate_sink_waiting_records',
    'gauge',
    'Records that a receiver has not acknowledged.',
    sinks.map(({ sink, waitingRecords }) => [{ sink }, waitingRecords]),
  );
  figures.add(
    'coldgate_ledger_anchored_records',
    'gauge',
    'Records that the newest included header covers.',
    [[{}, ledger?.anchoredRecords ?? null]],
  );
  figures.add(
    'coldgate_ledger_header_seq',
    'gauge',
    'Newest header by stage.',
    ledger
      ? [
          [{ stage: 'signed' }, ledger.signedSeq],
          [{ stage: 'sent' }, ledger.sentSeq],
          [{ stage: 'included' }, ledger.includedSeq],
          [{ stage: 'finalized' }, ledger.finalizedSeq],
        ]
      : [],
  );
  figures.add('coldgate_problems', 'gauge', 'Present troubles.', [[{}, gateway.problems.length]]);
  figures.add('coldgate_disk_free_bytes', 'gauge', 'Free space beside the journal.', [
    [{}, disk?.freeBytes ?? null],
  ]);
  const counted = devices.flatMap(({ id, counters }) => (counters ? [{ id, counters }] : []));
  for (const [key, name] of [
    ['bytes', 'bytes'],
    ['frames', 'frames'],
    ['badChecks', 'bad_checks'],
    ['discardedBytes', 'discarded_bytes'],
    ['timeouts', 'timeouts'],
    ['opens', 'opens'],
  ] as const)
    figures.add(
      `coldgate_device_${name}_total`,
      'counter',
      'Counted since the gateway role started.',
      counted.map(({ id, counters }) => [{ device: id }, counters[key]]),
    );
  figures.add('coldgate_console_resident_bytes', 'gauge', 'Memory of the console.', [
    [{}, process.residentBytes],
  ]);
  figures.add('coldgate_console_indexed_records', 'gauge', 'Records that charts know.', [
    [{}, process.indexedRecords],
  ]);
  figures.add('coldgate_console_streams', 'gauge', 'Pages that follow.', [[{}, process.streams]]);
  figures.add('coldgate_console_sessions', 'gauge', 'Persons signed in.', [[{}, process.sessions]]);
  addHealthFigures(figures, health);
  return figures.text();
}
