import { NotesModule } from '@tenantry/example-notes';
import { OrdersModule } from '@tenantry/example-orders';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { goldenTraffic, goldenVersions, replay } from '../support/golden-traffic.js';
import { startPlatform, type TestPlatform } from '../support/test-platform.js';

const versions = await goldenVersions();

let platform: TestPlatform;

beforeAll(async () => {
  platform = await startPlatform({ modules: [NotesModule, OrdersModule] });
});

afterAll(() => platform.close());

describe('the traffic of a released version', () => {
  it('is kept for every version', async () => {
    const { body } = await platform.anyone.get('/api-versions');
    const items = (body['_embedded'] as { item: { version: string }[] }).item;
    expect(versions).toEqual(items.map(({ version }) => version).reverse());
  });

  it.each(versions)('of %s is answered as it was', async (version) => {
    const tenant = await platform.createTenant(`golden-${version}`);
    const client = tenant.owner.with({ 'api-version': version });
    expect(await replay(client, await goldenTraffic(version))).toEqual([]);
  });
});
