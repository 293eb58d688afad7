import { isBuiltin } from 'node:module';
import { posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import { declared, packages, readJson, references, type Package } from './packages.js';
import { importsOf, isSpec, sourceFiles, type SourceFile } from './source-files.js';

const layers = readJson<Record<string, string[]>>('tools/layers.json');
const folderOf = new Map(packages.map(({ folder, manifest }) => [manifest.name, folder]));

const isOurs = (name: string) => name.startsWith('@tenantry/');
const layerOf = ({ folder }: Package) => layers[folder] ?? layers[`${posix.dirname(folder)}/*`];
const unique = (names: string[]) => [...new Set(names)].sort();

/** `@scope/name` or `name` of an imported module, undefined for a relative path or a part of Node. */
function packageName(module: string): string | undefined {
  if (module.startsWith('.') || isBuiltin(module)) return undefined;
  return module
    .split('/')
    .slice(0, module.startsWith('@') ? 2 : 1)
    .join('/');
}

function filesOf({ folder }: Package): SourceFile[] {
  return sourceFiles(folder);
}

function importedPackages(files: SourceFile[]): string[] {
  return unique(files.flatMap(importsOf).flatMap((module) => packageName(module) ?? []));
}

function leaves(folder: string, file: SourceFile, module: string): boolean {
  if (!module.startsWith('.')) return isOurs(module) && module.split('/').length > 2;
  return !posix.join(posix.dirname(file.path), module).startsWith(`${folder}/`);
}

describe.each(packages.map((item) => [item.folder, item] as const))('%s', (folder, item) => {
  const ours = declared(item).filter(isOurs).sort();

  it('has a layer, and imports only what that layer may see', () => {
    const allowed = layerOf(item)?.map((name) => `@tenantry/${name}`);
    expect(allowed ?? 'a package without a layer').toBeInstanceOf(Array);
    expect(importedPackages(filesOf(item)).filter((name) => isOurs(name) && !allowed?.includes(name))).toEqual([]);
  });

  it('reaches other packages by their names alone', () => {
    const crossing = filesOf(item).flatMap((file) =>
      importsOf(file)
        .filter((module) => leaves(folder, file, module))
        .map((module) => `${file.path} imports ${module}`),
    );
    expect(crossing).toEqual([]);
  });

  it('declares exactly the packages of this repository that it imports', () => {
    expect(ours).toEqual(importedPackages(filesOf(item)).filter(isOurs));
  });

  it('declares every other package that it imports', () => {
    const code = filesOf(item).filter((file) => !isSpec(file));
    expect(importedPackages(code).filter((name) => !isOurs(name) && !declared(item).includes(name))).toEqual([]);
  });

  it('declares @nestjs/swagger where the build writes an import of it', () => {
    const described = filesOf(item).some((file) => /\.(dto|entity|controller)\.ts$/.test(file.path));
    expect(!described || declared(item).includes('@nestjs/swagger')).toBe(true);
  });

  it('references the projects that it declares', () => {
    expect(item.references.toSorted()).toEqual(ours.map((name) => folderOf.get(name)).sort());
  });
});

describe.each(packages.filter(({ folder }) => !folder.startsWith('apps/')).map((item) => [item.folder, item] as const))(
  '%s',
  (_folder, { manifest }) => {
    it('exports its index, and dist without types', () => {
      expect(manifest.types).toBe('./dist/index.d.ts');
      expect(manifest.exports).toEqual({
        '.': { types: './dist/index.d.ts', default: './dist/index.js' },
        './dist/*': { types: null, default: './dist/*.js' },
      });
    });
  },
);

it('builds every package, and the tests, from the root', () => {
  const built = references('tsconfig.json').sort();
  expect(built).toEqual([...packages.map(({ folder }) => folder), 'test'].sort());
});

it('keeps the layers free of cycles', () => {
  const below = (name: string, path: string[]): string[][] =>
    path.includes(name)
      ? [[...path, name]]
      : (layers[`libs/${name}`] ?? []).flatMap((next) => below(next, [...path, name]));
  expect(
    packages
      .filter(({ folder }) => folder.startsWith('libs/'))
      .flatMap(({ folder }) => below(posix.basename(folder), [])),
  ).toEqual([]);
});
