// Packs what users install, installs it into an empty project outside the repository, compiles a module there
// with plain tsc, starts the platform with it, and uses it over HTTP.   node test/packed/run.mjs
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compile, copiesOf, createProject, pack, published, run } from './project.mjs';
import { request, startServer } from './server.mjs';

const place = mkdtempSync(join(tmpdir(), 'tenantry-packed-'));
const project = join(place, 'project');
const operator = { email: 'operator@example.com', password: 'operator-password-1' };
const owner = { email: 'owner@acme.example', password: 'owner-password-1' };

async function step(name, work) {
  const started = performance.now();
  const result = await work();
  process.stdout.write(`ok ${name} (${((performance.now() - started) / 1000).toFixed(1)} s)\n`);
  return result;
}

function checkContents(packed) {
  assert.deepEqual(packed.map(({ name }) => name).sort(), published.map(({ manifest }) => manifest.name).sort());
  for (const { name, files } of packed) {
    const wrong = files.filter((path) => !/^(package\.json|README\.md|LICENSE|bin\/|dist\/)/.test(path));
    const tests = files.filter((path) => path.includes('.spec.') || path.endsWith('.tsbuildinfo'));
    assert.deepEqual([...wrong, ...tests], [], `${name} packs files that nobody needs`);
    assert.ok(
      files.some((path) => path.startsWith('dist/') && path.endsWith('.js')),
      `${name} packs no code`,
    );
  }
}

function checkDeepImportsRefused() {
  const libraries = published.map(({ manifest }) => manifest).filter(({ exports }) => exports !== undefined);
  const modules = libraries.flatMap(({ name }) => [
    `${name}/dist/index.js`,
    `${name}/dist/index`,
    `${name}/src/index.js`,
  ]);
  const probe = join(project, 'src/deep-imports.ts');
  writeFileSync(probe, modules.map((module, index) => `export * as m${index} from '${module}';\n`).join(''));
  let said = '';
  try {
    compile(project, '--noEmit', '--skipLibCheck');
  } catch (error) {
    said = error.said ?? String(error);
  }
  rmSync(probe);
  for (const module of modules)
    assert.match(said, new RegExp(`error TS2307: Cannot find module '${module}'`), `${module} can be imported`);
  assert.equal(said.trim().split('\n').length, modules.length, `unexpected errors:\n${said}`);
}

function checkSingleCopies() {
  for (const name of [
    '@nestjs/common',
    '@nestjs/core',
    'typeorm',
    'reflect-metadata',
    ...published.map((p) => p.manifest.name),
  ])
    assert.deepEqual(copiesOf(project, name), [`node_modules/${name}`]);
}

async function useNotes(url) {
  await request(`${url}/health/ready`);
  const { accessToken } = await request(`${url}/admin/auth/login`, { method: 'POST', body: operator });
  const tenant = { slug: 'acme', name: 'Acme', owner };
  await request(`${url}/admin/tenants`, { method: 'POST', status: 201, token: accessToken, body: tenant });
  const login = await request(`${url}/auth/login`, { method: 'POST', tenant: 'acme', body: owner });
  const caller = { tenant: 'acme', token: login.accessToken };
  const note = { title: 'First', body: 'Written from outside.' };
  await request(`${url}/notes`, { ...caller, method: 'POST', status: 201, body: note });
  const page = await request(`${url}/notes`, caller);
  assert.deepEqual(
    page._embedded.item.map(({ title, body }) => ({ title, body })),
    [note],
  );
  await request(`${url}/notes`, { tenant: 'acme', status: 401 });
}

function useClient(url) {
  const said = run(process.execPath, ['dist/use-client.js', url, 'acme', owner.email, owner.password], {
    cwd: project,
  });
  assert.deepEqual(said.trim().split('\n'), ['From the client', 'First', 'From the client', 'AUTH_REQUIRED']);
}

async function serve() {
  const server = await step('tenantry start listens', () =>
    startServer(project, {
      TENANTRY_MODULES: './dist/notes.module.js',
      TENANTRY_DATA_DIR: join(place, 'data'),
      TENANTRY_OPERATOR_EMAIL: operator.email,
      TENANTRY_OPERATOR_PASSWORD: operator.password,
    }),
  );
  try {
    await step('a tenant writes and reads a note', () => useNotes(server.url));
    await step('the client, in a program of its own, does too', () => useClient(server.url));
    await step('SIGTERM ends it with 0', async () => assert.equal(await server.stop(), 0));
  } catch (error) {
    await server.stop();
    throw new Error(`${error.message}\n\nThe server said:\n${server.output()}`, { cause: error });
  }
}

try {
  const packed = await step('every published package packs', () => pack(join(place, 'tarballs')));
  await step('the tarballs hold what users need and no more', () => checkContents(packed));
  await step('they install into an empty project', () => createProject(project, packed));
  await step('there is one copy of what must be shared', checkSingleCopies);
  await step('a module compiles with plain tsc', () => compile(project));
  await step('deep imports are refused', checkDeepImportsRefused);
  await serve();
  rmSync(place, { recursive: true, force: true });
} catch (error) {
  process.stdout.write(`\nFAILED: ${error.message}\n\nThe project is left in ${place}\n`);
  process.exitCode = 1;
}
