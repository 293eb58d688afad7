import { Injectable } from '@nestjs/common';
import { InstallationSecret, SecretBox } from '@tenantry/kernel';
import { TenantContext, TenantTransaction, TransactionIsolation } from '@tenantry/tenancy';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isCausedBy } from '../problems/caused-by.js';
import { ServerBusy } from '../problems/http.errors.js';
import { IdempotencyKeyReused } from './idempotency.errors.js';
import { IdempotencyKeys, type KeptAnswer } from './idempotency-keys.js';
import { idempotentRequest, type IdempotentRequest } from './idempotent-request.js';
import { readAnswer, writeAnswer } from './stored-answer.js';

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
  private readonly box: SecretBox;
  /** Handlers that have asked for more isolation than they were given: nothing was done, and the next try gives it. */
  private readonly strict = new WeakSet();

  constructor(
    private readonly keys: IdempotencyKeys,
    private readonly transaction: TenantTransaction,
    private readonly context: TenantContext,
    secret: InstallationSecret,
  ) {
    this.box = new SecretBox(secret.key('idempotency'));
  }

  /** @throws IDEMPOTENCY_KEY_MALFORMED, IDEMPOTENCY_KEY_IN_USE, IDEMPOTENCY_KEY_REUSED */
  async answer({ request, reply, route }: KeyedRequest, handle: () => Promise<unknown>): Promise<unknown> {
    const asked = idempotentRequest(request);
    await this.keys.claim(asked.id);
    const work = async () => {
      const kept = await this.keys.lock(asked.id);
      return kept ? this.replay(asked, kept, reply) : this.first(asked, reply, await handle());
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
    const text = writeAnswer(reply.statusCode, value);
    const answer = this.box.seal(text, this.purposeOf(asked));
    await this.keys.keep(asked.id, { fingerprint: asked.fingerprint, answer });
    return readAnswer(text).value;
  }

  private replay(asked: IdempotentRequest, kept: KeptAnswer, reply: FastifyReply): unknown {
    if (kept.fingerprint !== asked.fingerprint) throw new IdempotencyKeyReused();
    const { status, value } = readAnswer(this.box.open(kept.answer, this.purposeOf(asked)));
    void reply.code(status).header('idempotency-replayed', 'true');
    return value;
  }

  /** What an answer is sealed for: in another place, it cannot be opened. */
  private purposeOf({ id, fingerprint }: IdempotentRequest): string {
    return [this.context.current().id, id, fingerprint].join(' ');
  }
}
