import type { InstallationSecret } from '@tenantry/kernel';
import pg from 'pg';
import { EXTENSIONS_SCHEMA, PLATFORM_SCHEMA, REFERENCE_SCHEMA } from '../context/tenant-names.js';
import { hardeningSql } from './hardening-sql.js';
import { LOGIN_ROLES, loginRoleName, loginRolePassword, type LoginRole } from './login-roles.js';
import { scramVerifier } from './scram-verifier.js';

export interface RoleSqlInput {
  readonly installation: string;
  readonly secret: InstallationSecret;
  readonly database: string;
  /** Milliseconds. */
  readonly statementTimeout: number;
  /** Whether to take from PUBLIC what only a superuser can take. */
  readonly harden: boolean;
}

const { escapeIdentifier: identifier, escapeLiteral: literal } = pg;

const attributes: Record<LoginRole, string> = {
  owner: 'LOGIN CREATEROLE',
  platform: 'LOGIN NOINHERIT NOCREATEROLE',
  app: 'LOGIN NOINHERIT NOCREATEROLE',
};

/** What a new role is anyway, and what only a superuser may say of one. */
const WITHOUT = 'NOSUPERUSER NOCREATEDB NOBYPASSRLS NOREPLICATION';

/** Tells whether a database was prepared with this secret, without telling the secret. */
export function fingerprint(secret: InstallationSecret): string {
  return `tenantry ${secret.mac('fingerprint', 'installation')}`;
}

/**
 * Everything an administrator must run once in the platform's database, and again after an upgrade: idempotent, in
 * order, one statement an item. Passwords appear as SCRAM verifiers only.
 */
export function roleSql(input: RoleSqlInput): string[] {
  const { installation, database, statementTimeout, harden } = input;
  const name = (role: LoginRole) => identifier(loginRoleName(installation, role));
  return [
    ...LOGIN_ROLES.flatMap((role) => loginRoleSql(input, role)),
    // Who is no superuser may give a schema only to a role that it is a member of.
    ...(harden ? [] : [`GRANT ${name('owner')} TO CURRENT_USER`]),
    `ALTER ROLE ${name('app')} IN DATABASE ${identifier(database)} SET statement_timeout = ${statementTimeout}`,
    `ALTER ROLE ${name('app')} IN DATABASE ${identifier(database)} SET idle_in_transaction_session_timeout = ${statementTimeout}`,
    `GRANT CONNECT ON DATABASE ${identifier(database)} TO ${LOGIN_ROLES.map(name).join(', ')}`,
    `GRANT CREATE ON DATABASE ${identifier(database)} TO ${name('owner')}`,
    ...[PLATFORM_SCHEMA, EXTENSIONS_SCHEMA, REFERENCE_SCHEMA].flatMap((schema) => schemaSql(schema, name('owner'))),
    `COMMENT ON SCHEMA ${PLATFORM_SCHEMA} IS ${literal(fingerprint(input.secret))}`,
    `GRANT USAGE ON SCHEMA ${PLATFORM_SCHEMA} TO ${name('platform')}`,
    `GRANT USAGE ON SCHEMA ${EXTENSIONS_SCHEMA} TO PUBLIC`,
    ...(harden ? hardeningSql({ database, owner: name('owner'), platform: name('platform'), app: name('app') }) : []),
  ];
}

function loginRoleSql({ installation, secret, harden }: RoleSqlInput, role: LoginRole): string[] {
  const name = loginRoleName(installation, role);
  const salt = secret.key(`salt:${installation}:${role}`).subarray(0, 16);
  const verifier = scramVerifier(loginRolePassword(secret, installation, role), salt);
  return [
    `DO $do$ BEGIN CREATE ROLE ${identifier(name)} NOLOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $do$`,
    `ALTER ROLE ${identifier(name)} ${attributes[role]}${harden ? ` ${WITHOUT}` : ''} PASSWORD ${literal(verifier)}`,
  ];
}

function schemaSql(schema: string, owner: string): string[] {
  // ALTER as well, because a superuser's CREATE ... IF NOT EXISTS leaves an older owner in place.
  return [
    `CREATE SCHEMA IF NOT EXISTS ${schema}`,
    `ALTER SCHEMA ${schema} OWNER TO ${owner}`,
    `REVOKE ALL ON SCHEMA ${schema} FROM PUBLIC`,
  ];
}
