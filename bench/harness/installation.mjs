import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';

export const OPERATOR = { email: 'operator@example.com', password: 'operator-password-1' };
const PASSWORD = 'correct-horse-battery';
const TIMEOUT = 60_000;

/** Settings of an installation with a database of its own; several platforms may be started with them. */
export async function newInstallation(postgres) {
  const DATABASE_URL = await postgres.createDatabase();
  return {
    DATABASE_URL,
    TENANTRY_INSTALLATION: new URL(DATABASE_URL).pathname.slice(1),
    TENANTRY_SECRET: randomBytes(32).toString('hex'),
    TENANTRY_OPERATOR_EMAIL: OPERATOR.email,
    TENANTRY_OPERATOR_PASSWORD: OPERATOR.password,
    TENANTRY_ACCESS_TOKEN_TTL: '3600',
    TENANTRY_LOG_LEVEL: 'warn',
    HOST: '127.0.0.1',
    PORT: '0',
  };
}

/** Calls a platform as an operator or as tenants' owners. */
export class Administration {
  #url;
  #headers;

  static async signIn(url) {
    const { accessToken } = await post(url, '/admin/auth/login', OPERATOR);
    return new Administration(url, accessToken);
  }

  constructor(url, accessToken) {
    this.#url = url;
    this.#headers = { authorization: `Bearer ${accessToken}` };
  }

  /** @returns the milliseconds that the request took */
  async createTenant(slug, { password } = {}) {
    const owner = { email: `owner@${slug}.example`, password };
    const began = performance.now();
    await post(this.#url, '/admin/tenants', { slug, name: `Tenant ${slug}`, owner }, this.#headers);
    return performance.now() - began;
  }

  /** How many schemas wait for tenants, and how many are meant to. */
  async warmPool() {
    const response = await fetch(new URL('/admin/warm-pool', this.#url), { headers: this.#headers });
    if (!response.ok) throw new Error(`/admin/warm-pool: ${response.status}`);
    return response.json();
  }

  /** Waits until as many schemas wait as are meant to. */
  async filledPool() {
    for (;;) {
      const { ready, target } = await this.warmPool();
      if (ready >= target) return ready;
      await pause(5);
    }
  }

  /** A tenant whose owner has signed in. */
  async createTenantWithToken(slug) {
    await this.createTenant(slug, { password: PASSWORD });
    const credentials = { email: `owner@${slug}.example`, password: PASSWORD };
    const { accessToken } = await post(this.#url, '/auth/login', credentials, { 'x-tenant': slug });
    return { slug, accessToken };
  }
}

async function post(url, path, body, headers = {}) {
  const response = await fetch(new URL(path, url), {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(TIMEOUT),
  });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return response.json();
}
