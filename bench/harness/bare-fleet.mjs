import { randomUUID } from 'node:crypto';
import { prepareDatabase, tenancyMetadata, tenantSchema } from '@tenantry/tenancy';
import { InstallationSecret, parseSettings } from '@tenantry/kernel';
import { newInstallation } from './installation.mjs';

/** A class with this name that sends these statements. */
export function migrationOf(name, ...statements) {
  const made = class {
    async up(runner) {
      for (const sql of statements) await runner.query(sql);
    }

    async down() {}
  };
  Object.defineProperty(made, 'name', { value: name });
  return made;
}

/** An installation of tenancy alone, whose tenants are rows and schemas made by SQL: no roles, no onboarding. */
export async function bareFleet(postgres, size, first) {
  const environment = await newInstallation(postgres);
  const release = (...tenantMigrations) => {
    const module = { name: 'bench', compatibility: '^1.0.0', tenantMigrations };
    return prepareDatabase({
      settings: parseSettings(environment),
      secret: new InstallationSecret(environment.TENANTRY_SECRET),
      databaseUrl: environment.DATABASE_URL,
      modules: [tenancyMetadata, module],
    });
  };
  const prepared = await release(first);
  const ids = Array.from({ length: size }, () => randomUUID());
  await prepared.owner.withClient(async (client) => {
    await client.query(
      `INSERT INTO platform.tenant (id, slug, name, status, plan, api_version)
       SELECT id, 't' || n, 't', 'active', 'free', '2026-11-01' FROM unnest($1::uuid[]) WITH ORDINALITY AS t (id, n)`,
      [ids],
    );
    for (let from = 0; from < size; from += 50) {
      const schemas = ids.slice(from, from + 50).map((id) => `CREATE SCHEMA ${tenantSchema(id)}`);
      await client.query(schemas.join(';'));
    }
  });
  await prepared.migrations.migrateAll();
  return { environment, release, prepared, ids, ownerUrl: prepared.owner.url };
}
