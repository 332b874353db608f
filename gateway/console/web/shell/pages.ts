// All pages, each a chunk of its own that is loaded when somebody goes there.

import type { ComponentType } from 'preact';

type KnownPage = 'now' | 'audit' | 'account';
export interface PageProps {
  /** Of the shipment, alert or device in the path; empty for pages without. */
  readonly id: string;
}
type Loader = () => Promise<ComponentType<PageProps>>;

export const loaders: Readonly<Record<KnownPage, Loader>> = {
  now: async () => (await import('../pages/now/now-page.js')).NowPage,
  audit: async () => (await import('../pages/account/audit-page.js')).AuditPage,
  account: async () => (await import('../pages/account/account-page.js')).AccountPage,
};
