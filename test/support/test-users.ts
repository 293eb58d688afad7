import type { TestClient } from './test-client.js';
import { PASSWORD, type TestPlatform, type TestTenant } from './test-platform.js';

/** A user with a password, signed in. */
export interface TestUser {
  readonly id: string;
  readonly email: string;
  readonly refreshToken: string;
  /** Calls the API as this user. */
  readonly client: TestClient;
}

let count = 0;

/** Makes a user of the tenant and signs them in. */
export async function addUser(platform: TestPlatform, tenant: TestTenant, ...roles: string[]): Promise<TestUser> {
  const email = `user${(count += 1)}@${tenant.slug}.example`;
  const made = await tenant.owner.post('/users', { email, roles, password: PASSWORD });
  if (made.status !== 201) throw new Error(`User ${email}: ${made.status} ${made.text}`);
  return signIn(platform, tenant, email);
}

/** Signs a user of the tenant in once more. */
export async function signIn(platform: TestPlatform, tenant: TestTenant, email: string): Promise<TestUser> {
  const anyone = platform.anyone.with({ 'x-tenant': tenant.slug });
  const { status, text, body } = await anyone.post('/auth/login', { email, password: PASSWORD });
  if (status !== 200) throw new Error(`Login of ${email}: ${status} ${text}`);
  const client = anyone.with({ authorization: `Bearer ${String(body['accessToken'])}` });
  const me = await client.get('/me');
  return { id: String(me.body['id']), email, refreshToken: String(body['refreshToken']), client };
}

/** Name of the tenant's schema and role. */
export function schemaOf({ id }: TestTenant): string {
  return `t_${id.replaceAll('-', '')}`;
}
