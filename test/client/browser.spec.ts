import { readFile } from 'node:fs/promises';
import { createContext, runInContext } from 'node:vm';
import { join } from 'node:path';
import { rolldown } from 'rolldown';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PASSWORD, startPlatform, type TestPlatform } from '../support/test-platform.js';

const root = join(import.meta.dirname, '../..');
const index = join(root, 'libs/client/src/index.ts');
let platform: TestPlatform;

beforeAll(async () => {
  platform = await startPlatform();
  for (const slug of ['acme', 'globex']) await platform.createTenant(slug);
});

afterAll(() => platform.close());

/** One script that leaves `tenantry` behind, as a page loads it. */
async function bundle(): Promise<string> {
  const build = await rolldown({ input: index, platform: 'browser', logLevel: 'silent' });
  const { output } = await build.generate({ format: 'iife', name: 'tenantry' });
  await build.close();
  return output[0].code;
}

/** What of a page's globals the client may use, and nothing of Node's. */
const page = () => ({
  ...{ fetch, Headers, URL, URLSearchParams, AbortController, crypto, setTimeout, clearTimeout, result: undefined },
});

// No browser is started here: a page's own rules (CORS, fetch called as a method) are shown in chromium.spec.ts.
describe('in a page', () => {
  it('the bundle signs in and walks the pages of two tenants', async () => {
    const context = createContext({ ...page(), url: platform.url, password: PASSWORD });
    runInContext(await bundle(), context);
    const program = `(async () => {
      const titles = [];
      for (const tenant of ['acme', 'globex']) {
        const client = new tenantry.TenantryClient({ url, tenant });
        await client.signIn({ email: 'owner@' + tenant + '.example', password });
        for (const title of [1, 2, 3]) await client.post('/notes', { body: { title: tenant + title, body: '' } });
        for await (const note of client.list('/notes', { query: { limit: 2 } })) titles.push(note.title);
        const refused = await client.post('/notes', { body: { title: '', body: '' } }).catch((error) => error);
        titles.push(tenantry.isProblem(refused, 'REQUEST_INVALID'));
        await client.signOut();
      }
      return titles.join();
    })()`;
    const titles = runInContext(program, context) as Promise<string>;
    expect(await titles).toBe('acme1,acme2,acme3,true,globex1,globex2,globex3,true');
  });

  it('the bundle asks for nothing that is not in it', async () => {
    const code = await bundle();
    expect(code).not.toMatch(/\brequire\(|\bimport\b[\s('"{*]|\bprocess\b|\bBuffer\b/);
    const manifest = JSON.parse(await readFile(join(root, 'libs/client/package.json'), 'utf8')) as object;
    expect(manifest).toMatchObject({ dependencies: {}, peerDependencies: {} });
  });
});

it('the client compiles with the types of a browser alone', () => {
  const { config } = ts.readConfigFile(join(root, 'libs/client/tsconfig.json'), (path) => ts.sys.readFile(path)) as {
    config: object;
  };
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, join(root, 'libs/client'));
  expect(options).toMatchObject({ types: [], lib: ['lib.es2023.d.ts', 'lib.dom.d.ts'] });
  const program = ts.createProgram([index], { ...options, noEmit: true, composite: false, incremental: false });
  expect(ts.getPreEmitDiagnostics(program).map(({ messageText }) => messageText)).toEqual([]);
  expect(program.getSourceFiles().filter(({ fileName }) => fileName.includes('node_modules/@types/'))).toEqual([]);
});
