// A probe gets its name, its place on a bus and the profile that it is judged by; then it is read, before anything is saved.

import { useState } from 'preact/hooks';
import { Choice } from '../../parts/field.js';
import { t } from '../../words/language.js';
import { LineField, SelectField } from './line-field.js';
import { type NamedProbe, withProbe } from './named-probe.js';
import type { ProposalTools } from './proposal-form.js';
import { TestButton } from './test-button.js';

export function AddProbe({ tools }: { tools: ProposalTools }) {
  const { state, put, test } = tools;
  const [sections, setSections] = useState(state.sections);
  const [kind, setKind] = useState<NamedProbe['kind']>('modbus');
  const [sensorId, setSensorId] = useState('');
  const [port, setPort] = useState('');
  const [romId, setRomId] = useState('');
  const [model, setModel] = useState('xy-md02');
  const [unit, setUnit] = useState('1');
  const [channel, setChannel] = useState('1');
  const [profile, setProfile] = useState('GDP-2-8-default');
  const [deviceId, setDeviceId] = useState('');
  const channels = state.modbusModels.find(({ name }) => name === model)?.channels ?? 1;
  const add = async (event: Event) => {
    event.preventDefault();
    const named: NamedProbe = {
      ...{ kind, sensorId, port, model, romId, profile },
      unit: Number(unit),
      channel: channels > 1 ? Number(channel) : undefined,
    };
    const next = withProbe(sections, named);
    setSections({
      ...sections,
      devices: next.sections.devices ?? [],
      excursions: next.sections.excursions ?? [],
    });
    await put(next.sections);
    // Only now does the text hold it.
    setDeviceId(next.deviceId);
  };
  return (
    <section class="card stack" aria-labelledby="probe-title">
      <h2 id="probe-title">{t('setup.probe')}</h2>
      <form class="stack" onSubmit={add} noValidate>
        <Choice
          legend={t('setup.probe-kind')}
          value={kind}
          options={[
            ['modbus', t('setup.modbus')],
            ['onewire', t('setup.onewire')],
          ]}
          onChoose={setKind}
        />
        <LineField
          label={t('setup.sensor')}
          hint={t('setup.sensor-hint')}
          value={sensorId}
          onText={setSensorId}
        />
        {kind === 'onewire' ? (
          <LineField label={t('setup.rom')} hint={t('setup.rom-hint')} value={romId} onText={setRomId} />
        ) : (
          <>
            <LineField label={t('setup.port')} hint={t('setup.port-hint')} value={port} onText={setPort} />
            <SelectField
              label={t('setup.model')}
              value={model}
              options={state.modbusModels.map(({ name }) => [name, name] as const)}
              onChoose={setModel}
            />
            <LineField label={t('setup.unit')} value={unit} onText={setUnit} />
            {channels > 1 ? (
              <LineField label={t('setup.channel')} value={channel} onText={setChannel} />
            ) : null}
          </>
        )}
        <SelectField
          label={t('setup.profile')}
          value={profile}
          options={[['', t('value.none')], ...state.profiles.map((name) => [name, name] as const)]}
          onChoose={setProfile}
        />
        <button type="submit" class="button">
          {t('setup.add')}
        </button>
      </form>
      {deviceId === '' ? null : (
        <TestButton
          key={deviceId}
          words={t('setup.read', { device: deviceId })}
          onTest={() => test({ kind: 'device', id: deviceId })}
        />
      )}
    </section>
  );
}
