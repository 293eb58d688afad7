import type { Difference } from './schema-drift.js';

/** A row of `PRIVILEGES`. */
export interface PrivilegeRow {
  readonly schema: string;
  readonly kind: string;
  readonly name: string;
  readonly what: 'missing' | 'extra' | 'changed';
  /** The privilege, and to whom where it is one too many; or the owner. */
  readonly detail: string;
}

/** Says what is wrong with a privilege, and what mends it. Rights are given and taken; rows are not touched. */
export function privilegeDifference({ schema, kind, name, what, detail }: PrivilegeRow, owner: string): Difference {
  const base = { kind, name: detail && kind === 'grant' ? `${name} ${detail}` : name, what };
  const fix = fixOf({ schema, kind, name, what, detail });
  const remedy = fix ? 'tenantry drift --fix mends it' : remedies[kind];
  return {
    ...base,
    ...(kind === 'owner' && { expected: owner, found: detail }),
    remedy: remedy ?? 'see docs/migrations.md',
    ...(fix && { fix }),
  };
}

const remedies: Record<string, string> = {
  role: 'the tenant cannot be entered: restore its role from a backup of the roles (pg_dumpall --roles-only)',
  owner: 'as a superuser: ALTER ... OWNER TO the role of the owner',
};

function fixOf({ schema, kind, name, what, detail }: PrivilegeRow): string[] | undefined {
  if (kind === 'grant') {
    const on = name === 'schema' ? `SCHEMA ${schema}` : `${schema}.${quoted(name)}`;
    const [privilege = '', ...grantee] = detail.split(' ');
    const target = /^(USAGE|SELECT|INSERT|UPDATE|DELETE)$/.test(privilege);
    if (what === 'missing') return target ? [`GRANT ${privilege} ON ${on} TO ${schema}`] : undefined;
    const from = grantee.join(' ');
    return [`REVOKE ${privilege} ON ${on} FROM ${from === 'PUBLIC' ? 'PUBLIC' : quoted(from)}`];
  }
  if (kind !== 'default privileges') return undefined;
  const privileges = name === 'tables' ? 'SELECT, INSERT, UPDATE, DELETE' : 'USAGE, SELECT';
  return [`ALTER DEFAULT PRIVILEGES IN SCHEMA ${schema} GRANT ${privileges} ON ${name.toUpperCase()} TO ${schema}`];
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
