import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApiContract } from '@tenantry/api';
import { NotesModule } from '@tenantry/example-notes';
import { OrdersModule } from '@tenantry/example-orders';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { exampleFaults, lintOpenApi } from '../support/lint-openapi.js';
import { VERSIONS } from '../support/order-history.js';
import { ParcelsModule } from '../support/parcels.module.js';
import { startPlatform, type TestPlatform } from '../support/test-platform.js';

type Documented = Parameters<typeof exampleFaults>[0];

let platform: TestPlatform;
let folder: string;

beforeAll(async () => {
  platform = await startPlatform({ modules: [NotesModule, OrdersModule, ParcelsModule] });
  folder = await mkdtemp(join(tmpdir(), 'tenantry-documents-'));
});

afterAll(async () => {
  await platform.close();
  await rm(folder, { recursive: true });
});

const documentOf = (version: string) =>
  platform.platform.app.get(ApiContract).chain.documentOf(version) as unknown as Documented;

it.each(VERSIONS)('the linter finds nothing in the document of %s', async (version) => {
  const file = join(folder, `${version}.json`);
  await writeFile(file, JSON.stringify(documentOf(version)));
  expect(await lintOpenApi(file)).toEqual({ found: [], ignored: 0 });
});

it.each(VERSIONS)('the document of %s has an example of every schema, and each is valid', (version) => {
  expect(exampleFaults(documentOf(version))).toEqual([]);
});
