import { Injectable } from '@nestjs/common';
import { OperatorRequests, underKey } from '@tenantry/tenancy';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { IdempotencyKeyInUse, IdempotencyKeyReused } from './idempotency.errors.js';
import { idempotentRequest, type IdempotentRequest } from './idempotent-request.js';
import { SealedAnswers } from './sealed-answers.js';

const PLACE = 'platform';

/**
 * Answers an operator's request with a key once. Its effect may span several transactions: one that dies in between has
 * noted what it made, and the next attempt goes on from there.
 */
@Injectable()
export class OperatorAnswers {
  constructor(
    private readonly requests: OperatorRequests,
    private readonly answers: SealedAnswers,
  ) {}

  /** @throws IDEMPOTENCY_KEY_MALFORMED, IDEMPOTENCY_KEY_IN_USE, IDEMPOTENCY_KEY_REUSED */
  async answer(request: FastifyRequest, reply: FastifyReply, handle: () => Promise<unknown>): Promise<unknown> {
    const asked = idempotentRequest(request, PLACE);
    const held = await this.requests.hold(asked.id, async () => ({ value: await this.once(asked, reply, handle) }));
    if (!held) throw new IdempotencyKeyInUse({ headers: { 'retry-after': '1' } });
    return held.value;
  }

  private async once(asked: IdempotentRequest, reply: FastifyReply, handle: () => Promise<unknown>): Promise<unknown> {
    const begun = await this.requests.begin(asked.id, asked.fingerprint);
    if (begun.fingerprint !== asked.fingerprint) throw new IdempotencyKeyReused();
    const { answer, fingerprint } = begun;
    if (answer !== null) return this.answers.replay(asked, PLACE, reply, { answer, fingerprint });
    const value = await underKey(begun, handle);
    // A handler that answered by itself has left nothing to keep.
    if (reply.sent) return value;
    const first = this.answers.seal(asked, PLACE, reply, value);
    await this.requests.keep(asked.id, first.sealed);
    return first.value;
  }
}
