import type { InstallationSecret } from '@tenantry/kernel';

/** The three login roles of an installation; docs/architecture.md, "What Postgres itself enforces". */
export type LoginRole = 'owner' | 'platform' | 'app';

export const LOGIN_ROLES: readonly LoginRole[] = ['owner', 'platform', 'app'];

/** Name of a login role: roles belong to the whole cluster, so the installation's name comes first. */
export function loginRoleName(installation: string, role: LoginRole): string {
  return `${installation}_${role}`;
}

/** Password of a login role, derived from the installation's secret. */
export function loginRolePassword(secret: InstallationSecret, installation: string, role: LoginRole): string {
  return secret.password(`role:${installation}:${role}`);
}

/** The given connection string with a login role's name and password in it. */
export function loginUrl(url: string, secret: InstallationSecret, installation: string, role: LoginRole): string {
  const login = new URL(url);
  login.username = loginRoleName(installation, role);
  login.password = loginRolePassword(secret, installation, role);
  // As parameters they would win over the name and password above.
  for (const parameter of ['user', 'password']) login.searchParams.delete(parameter);
  return login.href;
}
