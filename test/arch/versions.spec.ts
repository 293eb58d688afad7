import { describe, expect, it } from 'vitest';
import { packages, readJson, type Manifest } from './packages.js';

interface Locked {
  version?: string;
  resolved?: string;
  link?: boolean;
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
}

const lock = readJson<{ packages: Record<string, Locked> }>('package-lock.json').packages;
const manifests = [
  { folder: '', manifest: readJson<Manifest>('package.json') },
  ...packages.map(({ folder, manifest }) => ({ folder, manifest })),
];
const exact = /^\d+\.\d+\.\d+(-[\w.]+)?$/;
const pinned = (manifest: Manifest) => Object.entries({ ...manifest.dependencies, ...manifest.devDependencies });

/** As Node looks it up: in the package's own node_modules, then in the root's. */
function installed(folder: string, name: string): Locked | undefined {
  const own = folder === '' ? undefined : lock[`${folder}/node_modules/${name}`];
  const found = own ?? lock[`node_modules/${name}`];
  return found?.link && found.resolved ? lock[found.resolved] : found;
}

describe.each(manifests.map((item) => [item.folder || 'the root', item] as const))(
  '%s',
  (_name, { folder, manifest }) => {
    it('pins what it depends on', () => {
      expect(pinned(manifest).filter(([, version]) => !exact.test(version))).toEqual([]);
    });

    it('is in the lockfile as it is written', () => {
      const locked = lock[folder];
      expect(locked?.version).toBe(manifest.version);
      for (const kind of ['dependencies', 'devDependencies', 'peerDependencies'] as const)
        expect(locked?.[kind] ?? {}, kind).toEqual(manifest[kind] ?? {});
    });

    it('gets the versions that it pins', () => {
      const wanted = pinned(manifest);
      expect(wanted.map(([name]) => [name, installed(folder, name)?.version])).toEqual(wanted);
    });
  },
);

it('has one version of each package across workspaces', () => {
  const versions = new Map<string, Set<string>>();
  for (const [name, version] of manifests.flatMap(({ manifest }) => pinned(manifest)))
    versions.set(name, (versions.get(name) ?? new Set()).add(version));
  expect([...versions].filter(([, found]) => found.size > 1).map(([name, found]) => [name, ...found])).toEqual([]);
});

it('gives every package of this repository one version', () => {
  const version = manifests[0]?.manifest.version;
  expect(manifests.filter(({ manifest }) => manifest.version !== version).map(({ folder }) => folder)).toEqual([]);
});

it('names no registry in the lockfile', () => {
  const remote = Object.entries(lock).filter(([, { resolved, link }]) => resolved !== undefined && !link);
  expect(remote.map(([path, { resolved }]) => `${path}: ${resolved}`)).toEqual([]);
});

it('locks what other operating systems install, without which npm ci refuses', () => {
  const missing = Object.entries(lock).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter((name) => !lock[`${path}/node_modules/${name}`] && !installed('', name)),
  );
  expect(missing).toEqual([]);
});
