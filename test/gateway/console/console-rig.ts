// A console over a journal with a gateway role's request desk beside it, in this process: what people and programs send goes
// through the real server, and each answer is compared with its schema. Keys are opened without scrypt, by the password.

import { join } from 'node:path';
import type { InjectOptions, LightMyRequestResponse } from 'fastify';
import { expect, onTestFinished } from 'vitest';
import { parseConfig } from '../../../config/load.js';
import type { Config } from '../../../config/schema.js';
import { accountRow } from '../../../gateway/accounts/account.js';
import { accountAuthorisation } from '../../../gateway/accounts/account-authorisation.js';
import { accountHandlers } from '../../../gateway/accounts/account-handlers.js';
import { type SealedKey, sealedKeySchema, signerOf } from '../../../gateway/accounts/sealed-key.js';
import { signRequest } from '../../../gateway/accounts/signed-request.js';
import { applyConfigurationHandler } from '../../../gateway/configuration/apply-configuration.js';
import { ConfigurationFiles } from '../../../gateway/configuration/configuration-files.js';
import { testedSettingHandler } from '../../../gateway/configuration/tested-setting.js';
import { problem } from '../../../gateway/console/api/fields.js';
import type { ApiRoute } from '../../../gateway/console/api/route.js';
import { apiRoutes } from '../../../gateway/console/api/routes.js';
import { createConsoleServer } from '../../../gateway/console/console-server.js';
import { indexPathOf, openIndex } from '../../../gateway/console/index/index-database.js';
import { UnlockDesk } from '../../../gateway/console/people/unlock-desk.js';
import type { UnlockAnswer, UnlockJob } from '../../../gateway/console/people/unlock-job.js';
import { siteOf } from '../../../gateway/console/server/site.js';
import type { SetupCode } from '../../../gateway/console/setup/setup-code.js';
import type { TrialDesk } from '../../../gateway/console/setup/trial-desk.js';
import { RequestRows } from '../../../gateway/journal/request-rows.js';
import type { Role } from '../../../gateway/requests/request.js';
import { RequestDesk } from '../../../gateway/requests/request-desk.js';
import { StateStore } from '../../../gateway/requests/state-store.js';
import { alertHandlers } from '../../../gateway/reviews/alert-handlers.js';
import { shipmentHandlersFor } from '../../../gateway/shipments/shipment-handlers.js';
import { codeAt, type Person, person, STEP_MS, sealedKey } from '../accounts/account-office.js';
import { configurationFolder } from '../configuration/configuration-folder.js';
import { pipelineOver } from '../pipeline-over.js';
import { quietLog } from '../quiet-log.js';
import { contextWith } from '../record-context.js';
import { journalReaderOf, openTestLog, type TestLog } from '../test-log.js';

export const HOST = '127.0.0.1:8480';
const ORIGIN = `http://${HOST}`;
export const PASSWORD = 'three pallets left for Basel';

export interface RigOptions {
  readonly consoleYaml?: string;
  readonly yaml?: string;
  readonly webFolder?: string;
  /** Nobody decides requests. */
  readonly isGatewaySilent?: boolean;
  readonly log?: TestLog;
  readonly setupCode?: SetupCode;
  readonly trials?: TrialDesk;
  /** The text of the configuration stands in a file, which may be changed. */
  readonly hasConfigFile?: boolean;
}

export interface Answered {
  readonly status: number;
  readonly headers: LightMyRequestResponse['headers'];
  readonly text: string;
  /** What the schema of the route gave. */
  readonly body: never;
}

/** Who sends a request. */
export interface Known {
  readonly cookie?: string;
  readonly csrfToken?: string;
  readonly token?: string;
}

function routeOf(method: string, url: string): ApiRoute | undefined {
  const [path = ''] = url.split('?');
  return apiRoutes.find((route) => {
    const pattern = route.path.replace(/[.]/g, '\\.').replace(/\{\w+\}/g, '[^/]+');
    return route.method === method && new RegExp(`^${pattern}$`).test(path);
  });
}

/** Answers are what their schemas say, refusals too. */
function checked(method: string, url: string, response: LightMyRequestResponse): Answered {
  const { statusCode: status, headers, payload: text } = response;
  const route = routeOf(method, url);
  const isJson = String(headers['content-type'] ?? '').startsWith('application/json');
  let body: unknown = isJson && text !== '' ? JSON.parse(text) : undefined;
  if (status >= 400) body = problem.parse(body);
  else if (route?.answer.kind === 'json') {
    expect(status).toBe(route.answer.status);
    body = route.answer.schema.parse(body);
  } else if (route?.answer.kind === 'empty') expect([status, text]).toEqual([204, '']);
  return { status, headers, text, body: body as never };
}

export async function openConsole(options: RigOptions = {}) {
  const log = options.log ?? openTestLog();
  let nowMs = 1_795_420_800_000;
  const text = `gateway: { name: truck-17, dataDir: '${join(log.path, '..')}' }\nconsole: ${options.consoleYaml ?? '{}'}\n${options.yaml ?? ''}`;
  const configFile = await configurationFolder(text);
  const config: Config = parseConfig(text, configFile);
  const { console } = config;
  if (!console) throw new Error('there is no console in the configuration');
  const people = new Map<string, Person>();
  /** By the salt of a sealed key. */
  const passwords = new Map<string, string>();
  const sealedBy = (password: string): SealedKey => {
    const key = sealedKeySchema.parse(sealedKey());
    passwords.set(key.kdf.salt, password);
    return key;
  };
  const state = new StateStore(journalReaderOf(log).judgeStates());
  const rows = new RequestRows(log.path, 'peer');
  const pipeline = pipelineOver(log);
  const files = new ConfigurationFiles(configFile);
  const place = { files, path: configFile, runningText: text, isSupervised: true };
  const requests: { kind: string; document: unknown }[] = [];
  const desk = new RequestDesk({
    waiting: (afterId, limit) => {
      const waiting = rows.waiting(afterId, limit);
      for (const { kind, document } of waiting) requests.push({ kind, document: JSON.parse(document) });
      return waiting;
    },
    handlers: [
      ...accountHandlers,
      ...alertHandlers,
      ...shipmentHandlersFor(() => true),
      testedSettingHandler,
      ...(options.hasConfigFile ? [applyConfigurationHandler(place)] : []),
    ],
    authorise: accountAuthorisation,
    state,
    context: contextWith(),
    now: () => ({ unixMs: nowMs, uptimeMs: 5_000 }),
    add: (entry) => pipeline.add(entry),
    onState: () => {},
  });
  const unlocked: UnlockJob[] = [];
  const unlock = async (job: UnlockJob): Promise<UnlockAnswer> => {
    unlocked.push(job);
    if (job.kind === 'new-key') {
      const made = person(`new-${unlocked.length}`, 'operator');
      return { kind: 'sealed', signer: made.signer, key: sealedBy(job.password) };
    }
    const who = [...people.values()].find(({ signer }) => signer === job.signer);
    if (!who || passwords.get(job.key.kdf.salt) !== job.password) return { kind: 'refused' };
    if (job.kind === 'sign') return { kind: 'signed', signature: signRequest(who.privateKey, job.request) };
    return { kind: 'sealed', signer: job.signer, key: sealedBy(job.newPassword) };
  };
  const quiet = quietLog();
  const journal = journalReaderOf(log);
  const database = openIndex(indexPathOf(config.gateway.dataDir), journal);
  const server = await createConsoleServer({
    ...{ config, console, site: siteOf(console), rows, log: quiet.log, now: () => nowMs },
    journal,
    database,
    webFolder: options.webFolder ?? '/nowhere',
    ...(options.hasConfigFile ? { configFile } : {}),
    setupCode: options.setupCode,
    trials: options.trials,
    unlock: new UnlockDesk(unlock),
  });
  const timer = options.isGatewaySilent ? undefined : setInterval(() => desk.look(), 5);
  onTestFinished(async () => {
    clearInterval(timer);
    await server.close();
    database.close();
    rows.close();
  });

  const rig = {
    log,
    config,
    state,
    lines: quiet.lines,
    unlocked,
    app: server.app,
    look: server.look,
    sessions: server.sessions,
    /** What was asked of the gateway role, by kind. */
    asked: (kind: string) => requests.filter((one) => one.kind === kind).map(({ document }) => document),
    get nowMs() {
      return nowMs;
    },
    pass: (ms: number) => {
      nowMs += ms;
    },
    /** Rows as the gateway role would write them. */
    put: (changes: readonly (readonly [string, string | undefined])[]) => {
      state.apply(changes);
      log.writer.seal({ drafts: [], judgeState: changes, results: [], cursors: [], batch: undefined });
    },
    /** Somebody with an account. */
    hire: (name: string, role: Role): Person => {
      const who = person(name, role);
      people.set(name, who);
      rig.put([
        accountRow({
          ...{ name, role, printedName: who.printedName, signer: signerOf(who.privateKey) },
          ...{ key: sealedBy(PASSWORD), totpSecret: who.totp, isDisabled: false },
          ...{ createdAtMs: nowMs, passwordSinceMs: nowMs, retiredSigners: [] },
        }),
      ]);
      return who;
    },
    /** A code that was not used before. */
    codeOf: (who: Person): string => {
      nowMs += STEP_MS;
      return codeAt(who.totp, nowMs);
    },
    credentialsOf: (who: Person) => ({ password: PASSWORD, code: rig.codeOf(who) }),
    send: async (
      method: 'GET' | 'POST' | 'DELETE',
      url: string,
      more: { as?: Known; body?: object; headers?: Record<string, string> } = {},
    ): Promise<Answered> => {
      const { as = {}, body, headers = {} } = more;
      const sent: InjectOptions = {
        ...{ method, url },
        headers: {
          host: HOST,
          ...(method === 'GET' ? {} : { origin: ORIGIN }),
          ...(as.cookie === undefined ? {} : { cookie: as.cookie }),
          ...(as.csrfToken === undefined ? {} : { 'x-csrf-token': as.csrfToken }),
          ...(as.token === undefined ? {} : { authorization: `Bearer ${as.token}` }),
          ...headers,
        },
        ...(body ? { payload: body } : {}),
      };
      return checked(method, url, await server.app.inject(sent));
    },
    signIn: async (who: Person, cookie?: string): Promise<Required<Omit<Known, 'token'>>> => {
      const body = { name: who.name, ...rig.credentialsOf(who) };
      const answer = await rig.send('POST', '/api/session', { body, ...(cookie ? { as: { cookie } } : {}) });
      expect(answer.status, answer.text).toBe(201);
      const [set = ''] = [answer.headers['set-cookie']].flat();
      const { csrfToken } = answer.body as { csrfToken: string };
      return { cookie: String(set).split(';')[0] ?? '', csrfToken };
    },
  };
  return rig;
}

export type ConsoleRig = Awaited<ReturnType<typeof openConsole>>;
