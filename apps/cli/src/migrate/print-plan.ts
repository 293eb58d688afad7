import type { FleetPlan } from '@tenantry/platform';

type Print = (line: string) => unknown;

const HOW = {
  text: 'in one transaction',
  statements: 'in one transaction',
  outside: 'outside a transaction, one after the other',
  dynamic: 'dynamic: its SQL depends on the rows of each tenant',
};

/** Says what would run, for how many tenants. */
export function printPlan(plans: readonly FleetPlan[], { json }: { json: boolean }, print: Print): void {
  if (json) {
    for (const { tenants, stages } of plans)
      print(
        JSON.stringify({
          tenants,
          stages: stages.map(({ kind, migrations, statements, findings }) => ({
            kind,
            migrations,
            statements,
            findings,
          })),
        }),
      );
    return;
  }
  if (plans.length === 0) print('No tenant lacks anything.');
  for (const { tenants, stages } of plans) {
    print(`-- ${tenants} ${tenants === 1 ? 'tenant' : 'tenants'}`);
    for (const { kind, migrations, statements, findings } of stages) {
      print(`-- ${migrations.join(', ')} (${HOW[kind]})`);
      for (const { level, rule, subject, message } of findings) print(`-- ${level}: ${rule} ${subject}: ${message}`);
      for (const { sql, parameters } of statements)
        print(`${sql.trim()};${parameters ? ` -- ${JSON.stringify(parameters)}` : ''}`);
    }
  }
}
