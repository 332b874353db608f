// What is plugged in. A port that the console may not open, or that a process holds, says so.

import type { SetupHardware } from '../../../api/setup.js';
import { get } from '../../net/api-client.js';
import { Chip } from '../../parts/chip.js';
import { Shown, useResource } from '../../parts/resource.js';
import { Table } from '../../parts/table.js';
import { t } from '../../words/language.js';

type Port = SetupHardware['ports'][number];

function Standing({ port: { isHeld, mayOpen, isAmbiguous } }: { port: Port }) {
  if (!mayOpen) return <Chip tone="warn" icon="lock" words={t('setup.port-denied')} />;
  if (isAmbiguous) return <Chip tone="warn" words={t('setup.port-ambiguous')} />;
  if (isHeld) return <Chip tone="plain" words={t('setup.port-held')} />;
  return <Chip tone="ok" words={t('setup.port-free')} />;
}

export function HardwareCard() {
  const hardware = useResource('setup-ports', (signal) => get<SetupHardware>('/api/setup/ports', {}, signal));
  return (
    <section class="card stack" aria-labelledby="hardware-title">
      <header>
        <h2 id="hardware-title">{t('setup.hardware')}</h2>
        <button type="button" class="button quiet" onClick={hardware.reload}>
          {t('setup.look-again')}
        </button>
      </header>
      <Shown of={hardware}>
        {({ ports, oneWireProbes }) => (
          <>
            {ports.length === 0 ? (
              <p class="soft">{t('setup.no-ports')}</p>
            ) : (
              <Table
                caption={t('setup.hardware')}
                rows={ports}
                keyOf={({ name }) => name}
                columns={[
                  { name: t('setup.port'), cell: ({ path }) => <span class="code">{path}</span> },
                  { name: t('setup.adapter'), cell: ({ adapter }) => adapter },
                  { name: t('setup.candidates'), cell: ({ candidates }) => candidates.join(', ') },
                  { name: t('setup.standing'), cell: (port) => <Standing port={port} /> },
                ]}
              />
            )}
            {oneWireProbes.length === 0 ? null : (
              <p>
                {t('setup.one-wire')} <span class="code">{oneWireProbes.join(', ')}</span>
              </p>
            )}
          </>
        )}
      </Shown>
    </section>
  );
}
