// The bill of materials of a release: CycloneDX by npm, of the locked packages that a gateway runs with and of those whose code
// is inside its pages and contracts. Made the same by each build: npm puts in a random number, the time and a folder's name.

import { createHash } from 'node:crypto';
import { project, run } from './clean-copy.mjs';
import { shippedInside } from './package-rules.mjs';

const byName = (one, other) => (one['bom-ref'] < other['bom-ref'] ? -1 : 1);

/** A UUID of version 8 (RFC 9562 section 5.8) that is made of what the document says. */
function uuidOf(text) {
  const hex = createHash('sha256').update(text).digest('hex').slice(0, 32).split('');
  hex[12] = '8';
  hex[16] = 'a';
  return hex.join('').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

const isForDevelopment = ({ properties = [] }) =>
  properties.some(({ name, value }) => name === 'cdx:npm:package:development' && value === 'true');

/** @returns the JSON text */
export function billOfMaterials(epochSeconds) {
  const parameters = ['sbom', '--sbom-format', 'cyclonedx', '--package-lock-only'];
  const bill = JSON.parse(run('npm', parameters, { cwd: project }));
  delete bill.serialNumber;
  bill.metadata.timestamp = new Date(epochSeconds * 1000).toISOString();
  bill.metadata.component.name = 'coldgate';
  bill.metadata.component.type = 'application';
  bill.components = bill.components
    .filter((component) => !isForDevelopment(component) || shippedInside.includes(component.name))
    .sort(byName);
  const shipped = new Set(bill.components.map((component) => component['bom-ref']));
  shipped.add(bill.metadata.component['bom-ref']);
  bill.dependencies = bill.dependencies
    .filter(({ ref }) => shipped.has(ref))
    .map(({ ref, dependsOn = [] }) => ({
      ref,
      dependsOn: dependsOn.filter((one) => shipped.has(one)).sort(),
    }))
    .sort((one, other) => (one.ref < other.ref ? -1 : 1));
  const { $schema, bomFormat, specVersion, ...rest } = bill;
  const serialNumber = `urn:uuid:${uuidOf(JSON.stringify(bill))}`;
  return `${JSON.stringify({ $schema, bomFormat, specVersion, serialNumber, ...rest }, undefined, 2)}\n`;
}
