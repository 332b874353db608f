// From what a person named to the sections of a configuration: a probe joins the bus at its port, or begins a new one. Pure.

import type { SetupSections, SetupState } from '../../../api/setup.js';

export interface NamedProbe {
  readonly kind: 'modbus' | 'onewire';
  readonly sensorId: string;
  /** Of Modbus. */
  readonly port: string;
  readonly model: string;
  readonly unit: number;
  /** Only where the model has several inputs. */
  readonly channel: number | undefined;
  /** Of 1-Wire. */
  readonly romId: string;
  /** Name of an alarm profile; '' for none. */
  readonly profile: string;
}

type Entry = Readonly<Record<string, unknown>>;
const entriesOf = (list: readonly unknown[]): Entry[] =>
  list.filter((one): one is Entry => typeof one === 'object' && one !== null);

export interface WithProbe {
  /** The device that reads it now. */
  readonly deviceId: string;
  readonly sections: SetupSections;
}

export function withProbe(sections: SetupState['sections'], probe: NamedProbe): WithProbe {
  const devices = entriesOf(sections.devices);
  const isItsBus = (device: Entry) =>
    device.type === probe.kind && (probe.kind === 'onewire' || device.port === probe.port);
  const bus = devices.find(isItsBus);
  const deviceId =
    bus === undefined ? freeId(probe.kind === 'modbus' ? 'bus' : 'wire', devices) : String(bus.id);
  const { sensorId, model, unit, channel, romId } = probe;
  const own =
    probe.kind === 'onewire'
      ? { sensorId, romId }
      : { sensorId, unit, profile: model, ...(channel === undefined ? {} : { channel }) };
  const begun = bus ?? {
    id: deviceId,
    type: probe.kind,
    ...(probe.kind === 'modbus' ? { port: probe.port } : {}),
  };
  const probes = [...(Array.isArray(begun.probes) ? begun.probes : []), own];
  const changed = { ...begun, probes };
  const all = bus ? devices.map((device) => (device === bus ? changed : device)) : [...devices, changed];
  const excursions = [
    ...entriesOf(sections.excursions),
    ...(probe.profile === '' ? [] : [{ sensorId, profile: probe.profile }]),
  ];
  return { deviceId, sections: { devices: all, excursions } };
}

function freeId(stem: string, devices: readonly Entry[]): string {
  const taken = new Set(devices.map(({ id }) => id));
  for (let number = 1; ; number += 1) {
    if (!taken.has(`${stem}-${number}`)) return `${stem}-${number}`;
  }
}
