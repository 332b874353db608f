// All pages, each a chunk of its own that is loaded when somebody goes there.

import type { ComponentType } from 'preact';
import type { PageName } from './router.js';

type KnownPage = Exclude<PageName, 'unknown'>;
export interface PageProps {
  /** Of the shipment, alert or device in the path; empty for pages without. */
  readonly id: string;
}
type Loader = () => Promise<ComponentType<PageProps>>;

export const loaders: Readonly<Record<KnownPage, Loader>> = {
  now: async () => (await import('../pages/now/now-page.js')).NowPage,
  shipments: async () => (await import('../pages/shipment/shipments-page.js')).ShipmentsPage,
  shipment: async () => (await import('../pages/shipment/shipment-page.js')).ShipmentPage,
  alerts: async () => (await import('../pages/alerts/alerts-page.js')).AlertsPage,
  alert: async () => (await import('../pages/alerts/alert-page.js')).AlertPage,
  devices: async () => (await import('../pages/devices/devices-page.js')).DevicesPage,
  device: async () => (await import('../pages/devices/device-page.js')).DevicePage,
  evidence: async () => (await import('../pages/evidence/evidence-page.js')).EvidencePage,
  trace: async () => (await import('../pages/evidence/trace-page.js')).TracePage,
  setup: async () => (await import('../pages/setup/setup-page.js')).SetupPage,
  audit: async () => (await import('../pages/account/audit-page.js')).AuditPage,
  account: async () => (await import('../pages/account/account-page.js')).AccountPage,
};

/** Begins to load a page; whoever shows it hears of what went wrong. */
export async function loadPage(page: PageName): Promise<void> {
  if (page !== 'unknown') await loaders[page]().catch(() => undefined);
}

/** Of a gateway on which nobody has an account yet; no page of the frame. */
export const loadFirstStart = async (): Promise<ComponentType> =>
  (await import('../pages/setup/first-start-page.js')).FirstStartPage;
