// What leaves the gateway about a shipment: the report, its figures for programs, the evidence, and everything at once for
// an inspector.

import type { ShipmentDetail } from '../../../api/shipments.js';
import { addressOf } from '../../net/api-client.js';
import { DownloadButton } from '../../parts/download-button.js';
import { hasRole } from '../../shell/session.js';
import { t } from '../../words/language.js';

const formats = ['pdf', 'csv', 'json'] as const;

export function DownloadsCard({ shipment: { id, firstSequence } }: { shipment: ShipmentDetail }) {
  const report = `/api/shipments/${encodeURIComponent(id)}/report`;
  return (
    <section class="card stack" aria-labelledby="downloads-title">
      <h2 id="downloads-title">{t('download.title')}</h2>
      {!hasRole('quality', 'administrator', 'auditor') ? (
        <p class="soft">{t('download.forbidden')}</p>
      ) : firstSequence === null ? (
        <p class="soft">{t('download.nothing')}</p>
      ) : (
        <>
          <p class="soft small">{t('download.hint')}</p>
          {formats.map((format) => (
            <DownloadButton
              key={format}
              address={addressOf(report, { format })}
              words={t(`download.${format}`)}
              fileName={`${id}.${format}`}
            />
          ))}
          <DownloadButton
            address={addressOf('/api/evidence/bundle', { shipment: id })}
            words={t('download.bundle')}
            fileName={`${id}-bundle.json`}
          />
          <DownloadButton
            address={`/api/shipments/${encodeURIComponent(id)}/pack`}
            words={t('download.pack')}
            fileName={`${id}-pack.zip`}
          />
        </>
      )}
    </section>
  );
}
