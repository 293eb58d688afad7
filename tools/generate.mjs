// Writes what is derived from the code: docs/errors.md, docs/openapi.json, docs/api-versions/ and the client's types. CI fails when they differ.
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApiContract } from '@tenantry/api';
import { errorCatalogue } from '@tenantry/kernel';
import { createPlatform, describeErrors, describeVersion, openApi, parseSettings } from '@tenantry/platform';
import prettier from 'prettier';
import { clientTypes } from './client-types.mjs';

const folder = await mkdtemp(join(tmpdir(), 'tenantry-generate-'));
await chmod(folder, 0o755); // as root, Postgres runs as another user, who must get in
const settings = parseSettings({ TENANTRY_DATA_DIR: folder, TENANTRY_LOG_LEVEL: 'error' });
const platform = await createPlatform({ settings, modules: ['@tenantry/example-notes', '@tenantry/example-orders'] });
try {
  await write('docs/errors.md', describeErrors());
  const document = JSON.stringify(openApi(platform.app));
  await write('docs/openapi.json', document);
  await mkdir('docs/api-versions', { recursive: true });
  const { versions, changes } = platform.app.get(ApiContract).chain;
  for (const version of versions.all) {
    await write(`docs/api-versions/${version}.md`, describeVersion(version, versions.all, changes));
  }
  const types = await clientTypes(JSON.parse(document), errorCatalogue());
  for (const [path, text] of Object.entries(types)) await write(path, text);
} finally {
  await platform.stop();
  await rm(folder, { recursive: true, force: true });
}

async function write(path, text) {
  const options = { ...(await prettier.resolveConfig(path)), filepath: path };
  await writeFile(path, await prettier.format(text, options));
  console.log(`wrote ${path}`);
}
