// The `console` section: the web pages and the API. Without it there is no console. Rules over several keys are below;
// whether somebody has an account is known only where the console runs.

import * as z from 'zod';
import { filePath, integer, isLoopback, list, matching, says, section } from './fields.js';
import { type Finding, finding } from './finding.js';
import type { RawNode } from './raw-node.js';

export const consoleDefaults = {
  host: '127.0.0.1',
  port: 8_480,
  idleMinutes: 15,
  maxHours: 12,
  requestsPerMinute: 600,
  signInsPerMinute: 10,
  maxStreams: 32,
} as const;

const originExample = 'publicOrigin: https://truck-17.example.org';

function publicOrigin() {
  const error = says('what a browser has before the path: http(s)://host[:port]', originExample);
  return z.string(error).refine((text) => {
    const url = URL.canParse(text) ? new URL(text) : undefined;
    return url !== undefined && /^https?:$/.test(url.protocol) && url.origin === text;
  }, error);
}

/** Relative paths are resolved against `folder`. */
export function consoleSchema(folder: string) {
  const listenExample = 'listen: { host: 127.0.0.1, port: 8480 }';
  const amount = (key: keyof typeof consoleDefaults, max: number, unit: string) =>
    integer({ min: 1, max, unit, example: `${key}: ${consoleDefaults[key]}` });
  return section(
    {
      listen: section(
        {
          host: matching(
            /^[A-Za-z0-9.:_-]{1,253}$/,
            'an IP address or host name of this machine',
            'host: 127.0.0.1',
          ).default(consoleDefaults.host),
          port: integer({
            min: 0,
            max: 65_535,
            unit: 'TCP port, 0 takes a free one',
            example: 'port: 8480',
          }).default(consoleDefaults.port),
          tls: section(
            {
              certFile: filePath(folder, 'certFile: ./keys/console.pem'),
              keyFile: filePath(folder, 'keyFile: ./keys/console-key.pem'),
            },
            'tls: { certFile: ./keys/console.pem, keyFile: ./keys/console-key.pem }',
          ).exactOptional(),
        },
        listenExample,
      ).prefault({}),
      publicOrigin: publicOrigin().exactOptional(),
      trustedProxies: list(
        matching(/^[0-9a-fA-F.:]{2,45}$/, 'an IP address', '- 192.168.1.2'),
        'trustedProxies: [ 192.168.1.2 ]',
      ).prefault([]),
      sessions: section(
        {
          idleMinutes: amount('idleMinutes', 720, 'minutes').default(consoleDefaults.idleMinutes),
          maxHours: amount('maxHours', 24, 'hours').default(consoleDefaults.maxHours),
        },
        'sessions: { idleMinutes: 15, maxHours: 12 }',
      ).prefault({}),
      limits: section(
        {
          requestsPerMinute: amount('requestsPerMinute', 100_000, 'requests of one address').default(
            consoleDefaults.requestsPerMinute,
          ),
          signInsPerMinute: amount('signInsPerMinute', 1_000, 'attempts of one address').default(
            consoleDefaults.signInsPerMinute,
          ),
          maxStreams: amount('maxStreams', 1_000, 'open pages that follow').default(
            consoleDefaults.maxStreams,
          ),
        },
        'limits: { requestsPerMinute: 600 }',
      ).prefault({}),
    },
    `console: { ${listenExample} }`,
  );
}

export type ConsoleConfig = z.infer<ReturnType<typeof consoleSchema>>;

/** Beyond this machine passwords and cookies must not travel open. */
export function consoleFindings(root: RawNode): Finding[] {
  const section = root.child('console');
  const listen = section.child('listen');
  const host = listen.child('host');
  const origin = section.child('publicOrigin');
  const proxies = section.entries('trustedProxies');
  const hasTls = listen.child('tls').isPresent;
  const findings: Finding[] = [];
  if (host.text !== undefined && !isLoopback(host.text) && !hasTls && proxies.length === 0) {
    findings.push(
      finding(host, 'beyond this machine passwords would cross the network open', {
        hint: 'add console.listen.tls, or name in console.trustedProxies the proxy that ends TLS, or listen on 127.0.0.1',
      }),
    );
  }
  if (proxies.length > 0 && !origin.isPresent) {
    findings.push(
      finding(origin, 'behind a proxy nobody else knows what browsers call this console', {
        example: originExample,
      }),
    );
  }
  const isOpenOrigin = origin.text?.startsWith('http:') === true && URL.canParse(origin.text);
  if (isOpenOrigin && !isLoopback(new URL(origin.text ?? '').hostname.replace(/^\[|\]$/g, ''))) {
    findings.push(
      finding(origin, 'beyond this machine browsers must come over https', { example: originExample }),
    );
  }
  return findings;
}
