import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');
const readManifest = (folder) => JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));

/** What a user installs: every workspace that is not private. */
export const published = ['libs', 'apps', 'examples']
  .flatMap((group) => readdirSync(join(root, group)).map((name) => `${group}/${name}`))
  .map((folder) => ({ folder, manifest: readManifest(folder) }))
  .filter(({ manifest }) => !manifest.private);

export function run(command, args, options = {}) {
  try {
    return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], ...options });
  } catch (error) {
    const said = `${error.stdout ?? ''}${error.stderr ?? ''}`;
    throw Object.assign(new Error(`${command} ${args.join(' ')} failed:\n${said || error.message}`), { said });
  }
}

/** Builds and packs; returns the tarballs' paths by package name. */
export function pack(folder) {
  run('npm', ['run', 'build'], { cwd: root });
  mkdirSync(folder, { recursive: true });
  const names = published.map(({ manifest }) => manifest.name);
  const workspaces = names.flatMap((name) => ['--workspace', name]);
  const packed = run('npm', ['pack', '--json', '--pack-destination', folder, ...workspaces], { cwd: root });
  const listed = Object.values(JSON.parse(packed));
  return listed.map(({ name, filename, files }) => ({
    name,
    tarball: join(folder, filename),
    files: files.map(({ path }) => path),
  }));
}

/** The exact versions that this repository runs with. */
function pinned() {
  const versions = [readManifest('.'), ...published.map(({ manifest }) => manifest), readManifest('apps/api')];
  return Object.assign({}, ...versions.flatMap((manifest) => [manifest.devDependencies, manifest.dependencies]));
}

/** A project with nothing but the tarballs, their peers, a compiler, and the notes module as a user would write it. */
export function createProject(folder, packed) {
  const versions = pinned();
  const peers = published.flatMap(({ manifest }) => Object.keys(manifest.peerDependencies ?? {}));
  const wanted = [...peers, 'typescript', '@types/node'].filter((name) => !name.startsWith('@tenantry/'));
  const manifest = {
    name: 'outside',
    private: true,
    type: 'module',
    dependencies: {
      ...Object.fromEntries(packed.map(({ name, tarball }) => [name, `file:${tarball}`])),
      ...Object.fromEntries(wanted.map((name) => [name, versions[name]])),
    },
  };
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest, null, 2));
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['src'] }, null, 2));
  const isTest = (path) => /\.spec(\.support)?\.ts$/.test(path);
  cpSync(join(root, 'examples/notes/src'), join(folder, 'src'), { recursive: true, filter: (path) => !isTest(path) });
  cpSync(join(import.meta.dirname, 'use-client.ts'), join(folder, 'src/use-client.ts'));
  run('npm', ['install', '--no-audit', '--no-fund'], { cwd: folder });
}

const compilerOptions = {
  module: 'nodenext',
  target: 'ES2023',
  strict: true,
  strictPropertyInitialization: false,
  experimentalDecorators: true,
  emitDecoratorMetadata: true,
  // What our declarations import must come with them.
  skipLibCheck: false,
  types: ['node'],
  rootDir: 'src',
  outDir: 'dist',
};

export function compile(folder, ...args) {
  return run(join(folder, 'node_modules/.bin/tsc'), ['--project', 'tsconfig.json', ...args], { cwd: folder });
}

/** Where each copy of a package lies in the project's node_modules. */
export function copiesOf(folder, name) {
  const lock = JSON.parse(readFileSync(join(folder, 'node_modules/.package-lock.json'), 'utf8'));
  return Object.keys(lock.packages).filter((path) => path.endsWith(`node_modules/${name}`));
}
