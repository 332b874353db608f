// The project's own files and what each of them imports, read as text: enough to check who knows whom. Generated
// code, installed packages and what runs leave behind are no part of it.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));
export const topFolders = ['config', 'firmware-bridge', 'gateway', 'ledger-sync', 'test'] as const;

const skippedFolders = new Set(['node_modules', 'dist', '.git', '.demo', 'generated', 'coverage']);

export interface Import {
  readonly specifier: string;
  /** Path from the project's root, or undefined for a package. */
  readonly file: string | undefined;
}

export interface SourceFile {
  /** From the project's root, with slashes. */
  readonly path: string;
  readonly text: string;
  readonly imports: readonly Import[];
}

/** Paths of all files below a folder, from the project's root; '' is the root itself. */
export function filesBelow(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = posix.join(folder, entry.name);
    if (entry.isDirectory()) return skippedFolders.has(entry.name) ? [] : filesBelow(path);
    return entry.isFile() ? [path] : [];
  });
}

export function readText(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

const importForms = [
  /(?:^|\n)\s*(?:import|export)\s[^;'"]*?\sfrom\s+['"]([^'"]+)['"]/g,
  /(?:^|\n)\s*import\s+['"]([^'"]+)['"]/g,
  /\bimport\(\s*['"]([^'"]+)['"]\s*\)/g,
  // A worker's module.
  /new Worker\(\s*new URL\(\s*['"](\.[^'"]+\.js)['"]/g,
];

/** What the text of the module at `path` imports, statically, dynamically or as a worker. */
function importsOf(path: string, text: string): Import[] {
  return importForms.flatMap((form) =>
    [...text.matchAll(form)].map(([, specifier = '']) => {
      const isOwn = specifier.startsWith('.');
      return { specifier, file: isOwn ? posix.join(posix.dirname(path), specifier) : undefined };
    }),
  );
}

const sourcePaths = topFolders.flatMap((folder) => filesBelow(folder)).filter((path) => /\.tsx?$/.test(path));
const components = new Set(sourcePaths.filter((path) => path.endsWith('.tsx')));

/** A module as written: imports of `x.js` lead to `x.ts`, or to `x.tsx` where that is what there is. */
function readSource(path: string): SourceFile {
  const text = readText(path);
  const imports = importsOf(path, text).map(({ specifier, file }) => {
    const component = file?.replace(/\.js$/, '.tsx');
    const isComponent = component !== undefined && components.has(component);
    return { specifier, file: isComponent ? component : file?.replace(/\.js$/, '.ts') };
  });
  return { path, text, imports };
}

/** All TypeScript files of the five folders. */
export const sources: readonly SourceFile[] = sourcePaths.map(readSource);

/** The sources of the product, without the tests. */
export const productSources = sources.filter(({ path }) => !path.startsWith('test/'));

/** Package of a specifier: `@noble/curves/secp256k1.js` is of `@noble/curves`, `ethers/abi` of `ethers`. */
export function packageOf(specifier: string): string {
  const [scope = '', name = ''] = specifier.split('/');
  return scope.startsWith('@') ? `${scope}/${name}` : scope;
}

/** Built modules, dynamic imports and workers too, that the built module `entry` can load, and the packages. */
function reachedFrom(entry: string): { readonly modules: Set<string>; readonly packages: Set<string> } {
  if (!existsSync(join(root, entry))) throw new Error(`${entry} is not built: run npm run build`);
  const packages = new Set<string>();
  const modules = new Set<string>();
  const open = [entry];
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    if (modules.has(path)) continue;
    modules.add(path);
    for (const { specifier, file } of importsOf(path, readText(path))) {
      if (file === undefined) packages.add(packageOf(specifier));
      else open.push(file);
    }
  }
  return { modules, packages };
}

export const modulesReachedFrom = (entry: string): Set<string> => reachedFrom(entry).modules;
export const packagesReachedFrom = (entry: string): Set<string> => reachedFrom(entry).packages;
