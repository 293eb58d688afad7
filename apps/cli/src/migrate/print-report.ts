import type { MigrationReport } from '@tenantry/platform';

type Print = (line: string) => unknown;

/** Says what a run did. */
export function printReport(report: MigrationReport, { json }: { json: boolean }, print: Print): void {
  const { migrated, failed, failures, halted, behind, waves } = report;
  if (json) {
    print(JSON.stringify({ migrated, failed, behind, halted, waves }));
    return;
  }
  print(`${migrated} tenants migrated, ${failed} failed`);
  for (const { slug, migration, reason, attempts } of failures)
    print(`  ${slug}: ${migration}: ${reason}${attempts > 1 ? ` (tried ${attempts} times)` : ''}`);
  if (failed > failures.length)
    print(`  and ${failed - failures.length} more: GET /admin/migrations/tenants lists all`);
  if (halted) {
    const wave = waves.findLastIndex((each) => each.done + each.failed > 0);
    const { size = 0, done = 0, failed: inWave = 0 } = waves[wave] ?? {};
    print(
      `Stopped by itself in wave ${wave + 1} of ${waves.length}: of ${size} tenants ${done} migrated, ${inWave} failed.`,
    );
  }
  if (behind > failed) print(`${behind - failed} tenants are left as they were.`);
}
