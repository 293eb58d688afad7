import { Injectable } from '@nestjs/common';
import { TenantContext, TenantTransaction, TransactionIsolation } from '@tenantry/tenancy';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isCausedBy } from '../problems/caused-by.js';
import { ServerBusy } from '../problems/http.errors.js';
import { IdempotencyKeys } from './idempotency-keys.js';
import { idempotentRequest, type IdempotentRequest } from './idempotent-request.js';
import { SealedAnswers } from './sealed-answers.js';

/** A request with a key, and the handler that it is for. */
export interface KeyedRequest {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly route: object;
}

/**
 * Answers a request with a key once: its effect and its answer are committed together, and whoever sends it again gets
 * the answer. What fails has no effect and keeps nothing, so that it may be tried again.
 */
@Injectable()
export class IdempotentAnswers {
  /** Handlers that have asked for more isolation than they were given: nothing was done, and the next try gives it. */
  private readonly strict = new WeakSet();

  constructor(
    private readonly keys: IdempotencyKeys,
    private readonly transaction: TenantTransaction,
    private readonly context: TenantContext,
    private readonly answers: SealedAnswers,
  ) {}

  /** @throws IDEMPOTENCY_KEY_MALFORMED, IDEMPOTENCY_KEY_IN_USE, IDEMPOTENCY_KEY_REUSED */
  async answer({ request, reply, route }: KeyedRequest, handle: () => Promise<unknown>): Promise<unknown> {
    const asked = idempotentRequest(request, this.place);
    await this.keys.claim(asked.id);
    const work = async () => {
      const kept = await this.keys.lock(asked.id);
      if (kept) return this.answers.replay(asked, this.place, reply, kept);
      return this.first(asked, reply, await handle());
    };
    try {
      return await this.transaction.run(work, { isolation: this.strict.has(route) ? 'SERIALIZABLE' : undefined });
    } catch (error) {
      if (!isCausedBy(error, TransactionIsolation.definition.code)) throw error;
      this.strict.add(route);
      throw new ServerBusy({ cause: error, headers: { 'retry-after': '1' } });
    }
  }

  private async first(asked: IdempotentRequest, reply: FastifyReply, value: unknown): Promise<unknown> {
    // A handler that answered by itself has left nothing to keep.
    if (reply.sent) return value;
    const first = this.answers.seal(asked, this.place, reply, value);
    await this.keys.keep(asked.id, { fingerprint: asked.fingerprint, answer: first.sealed });
    return first.value;
  }

  private get place(): string {
    return this.context.current().id;
  }
}
