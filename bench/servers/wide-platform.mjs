// The whole platform with a module of many tables.
import { createPlatform, parseSettings, TenantryModule } from '@tenantry/platform';
import { answerAsSubject } from './subject-process.mjs';

answerAsSubject(async ({ environment, tables }) => {
  const settings = parseSettings(environment);
  const platform = await createPlatform({ modules: [wideModule(tables)], settings });
  return { url: await platform.listen(), stop: () => platform.stop() };
});

function wideModule(tables) {
  class CreateWide1793600000000 {
    async up(runner) {
      for (let n = 0; n < tables; n += 1) {
        await runner.query(
          `CREATE TABLE wide_${n} (id uuid PRIMARY KEY, title text NOT NULL, body text, made_at timestamptz NOT NULL DEFAULT now())`,
        );
        await runner.query(`CREATE INDEX ON wide_${n} (made_at)`);
      }
    }
  }
  class WideModule {}
  const metadata = { name: 'wide', compatibility: '^1.0.0', tenantMigrations: [CreateWide1793600000000] };
  TenantryModule(metadata)(WideModule);
  return WideModule;
}
