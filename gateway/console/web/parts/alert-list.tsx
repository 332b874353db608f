// Alerts as a table: on the inbox, beside a shipment, as similar ones.

import type { AlertSummary } from '../../api/alerts.js';
import { pathOf } from '../shell/router.js';
import { t } from '../words/language.js';
import { AlertLink, AlertStateChip, AlertWindow, alertMeasure, SeverityWords } from './alert-parts.js';
import { Table } from './table.js';

export function AlertList({ alerts, caption }: { alerts: readonly AlertSummary[]; caption: string }) {
  return (
    <Table
      caption={caption}
      rows={alerts}
      keyOf={({ id }) => id}
      columns={[
        { name: t('alert.state'), cell: ({ state }) => <AlertStateChip state={state} /> },
        { name: t('alert.severity'), cell: ({ severity }) => <SeverityWords severity={severity} /> },
        {
          name: t('alert.what'),
          cell: (alert) => (
            <>
              <AlertLink alert={alert} />
              {alert.rule === null ? null : <p class="soft small break">{alert.rule}</p>}
            </>
          ),
        },
        { name: t('alert.when'), cell: (alert) => <AlertWindow alert={alert} /> },
        { name: t('alert.how-far'), cell: (alert) => <span class="number">{alertMeasure(alert)}</span> },
        {
          name: t('filter.shipment'),
          cell: ({ shipment }) =>
            shipment === null ? null : <a href={pathOf('shipments', shipment)}>{shipment}</a>,
        },
      ]}
    />
  );
}
