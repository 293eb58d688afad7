import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import ts from 'typescript';
import { root } from './source-files.js';

type Versions = Record<string, string>;

export interface Manifest {
  name: string;
  version: string;
  private?: boolean;
  types?: string;
  exports?: Record<string, unknown>;
  dependencies?: Versions;
  devDependencies?: Versions;
  peerDependencies?: Versions;
}

export interface Package {
  /** For example `libs/kernel`. */
  readonly folder: string;
  readonly manifest: Manifest;
  /** Folders that its tsconfig.json references. */
  readonly references: string[];
}

export function readJson<T>(path: string): T {
  return JSON.parse(readFileSync(join(root, path), 'utf8')) as T;
}

export function references(tsconfig: string): string[] {
  const { config } = ts.readConfigFile(join(root, tsconfig), (path) => ts.sys.readFile(path)) as {
    config: { references?: { path: string }[] };
  };
  return (config.references ?? []).map(({ path }) => posix.join(posix.dirname(tsconfig), path));
}

export const packages: Package[] = ['libs', 'apps', 'examples'].flatMap((group) =>
  readdirSync(join(root, group)).map((name) => {
    const folder = `${group}/${name}`;
    return {
      folder,
      manifest: readJson<Manifest>(`${folder}/package.json`),
      references: references(`${folder}/tsconfig.json`),
    };
  }),
);

/** What a package's code may import at run time: its dependencies and its peers. */
export function declared({ manifest }: Package): string[] {
  return Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies });
}
