import { FleetDrift, OwnerDatabase } from '@tenantry/tenancy';
import type { TestPlatform } from './test-platform.js';

/** In what a tenant's schema differs from what its migrations make. */
export async function driftOf({ platform }: TestPlatform, slug: string): Promise<string[]> {
  const found: string[] = [];
  const drift = new FleetDrift(platform.app.get(OwnerDatabase, { strict: false }));
  const { compared } = await drift.run({
    slugs: [slug],
    onTenant: ({ differences }) => found.push(...differences.map(({ kind, name, what }) => `${kind} ${name} ${what}`)),
  });
  if (compared !== 1) throw new Error(`The schema of ${slug} was not compared.`);
  return found;
}
