// Runs the fault campaign, whose sources are TypeScript like the tests that they share all with: vite, which the tests
// run on as well, loads them. See campaign/campaign.ts.
// use: faults.mjs [--seed N] [--only LEG,...] [--LEG TIMES] ...

import { fileURLToPath } from 'node:url';
import { runnerImport } from 'vite';

const campaign = fileURLToPath(new URL('./campaign/campaign.ts', import.meta.url));
const { module } = await runnerImport(campaign, { configFile: false, logLevel: 'error' });
await module.campaign(process.argv.slice(2));
