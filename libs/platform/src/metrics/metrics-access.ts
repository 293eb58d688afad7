import { createHash, timingSafeEqual } from 'node:crypto';
import { authRequired, type Callers } from '@tenantry/auth';
import type { Settings } from '@tenantry/kernel';
import type { FastifyRequest } from 'fastify';

/** Who may see the metrics: operators, and whoever brings the token that is made for it. */
export class MetricsAccess {
  private readonly digest?: Buffer;

  constructor(
    private readonly callers: Callers,
    settings: Settings,
  ) {
    const token = settings.get('TENANTRY_METRICS_TOKEN');
    if (token !== undefined) this.digest = digestOf(`Bearer ${token}`);
  }

  /** @throws AUTH_REQUIRED, AUTH_TOKEN_INVALID */
  async check({ headers }: FastifyRequest): Promise<void> {
    const { authorization } = headers;
    if (authorization !== undefined && this.digest && timingSafeEqual(digestOf(authorization), this.digest)) return;
    const principal = await this.callers.of({ headers: { ...(authorization !== undefined && { authorization }) } });
    if (principal?.kind !== 'operator') throw authRequired();
  }
}

/** Of one length, so that comparing tells nothing of where two differ. */
function digestOf(value: string): Buffer {
  return createHash('sha256').update(value).digest();
}
