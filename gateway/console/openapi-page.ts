// The description of the API as a plain page: no script, nothing from elsewhere, made of the same routes.

import type { ApiRoute } from './api/route.js';
import { apiRoutes } from './api/routes.js';

const escaped = (text: string) => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);

function rowOf({ method, path, summary, access, tag }: ApiRoute): string {
  const who = access.kind === 'open' ? 'anybody' : access.roles.join(', ');
  const scope = access.kind === 'open' ? '' : (access.scope ?? '');
  const cells = [tag, `${method} ${path}`, summary, who, scope];
  return `<tr>${cells.map((cell) => `<td>${escaped(cell)}</td>`).join('')}</tr>`;
}

/** HTML. */
export function openApiPage(): string {
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>coldgate API</title>
<h1>coldgate API</h1>
<p>All fields are in <a href="/api/openapi.json">openapi.json</a> (OpenAPI 3.1).</p>
<table><thead><tr><th>Part<th>Route<th>What it does<th>Roles<th>Token scope</tr></thead>
<tbody>${apiRoutes.map(rowOf).join('\n')}</tbody></table>
</html>
`;
}
