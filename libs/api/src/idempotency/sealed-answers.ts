import { Injectable } from '@nestjs/common';
import { InstallationSecret, SecretBox } from '@tenantry/kernel';
import type { FastifyReply } from 'fastify';
import { IdempotencyKeyReused } from './idempotency.errors.js';
import type { IdempotentRequest } from './idempotent-request.js';
import { readAnswer, writeAnswer } from './stored-answer.js';

/** What is kept of a request that was answered. */
export interface KeptAnswer {
  readonly fingerprint: string;
  /** Sealed. */
  readonly answer: string;
}

/** An answer for its first receiver, and for those to come. */
export interface FirstAnswer {
  readonly sealed: string;
  /** As it will be given again, so that both are the same. */
  readonly value: unknown;
}

/** Seals answers for the database, each for one request of one place, and gives them again. */
@Injectable()
export class SealedAnswers {
  private readonly box: SecretBox;

  constructor(secret: InstallationSecret) {
    this.box = new SecretBox(secret.key('idempotency'));
  }

  /** @param place whose table it is kept in; elsewhere it cannot be opened */
  seal(asked: IdempotentRequest, place: string, reply: FastifyReply, value: unknown): FirstAnswer {
    const text = writeAnswer(reply.statusCode, value);
    return { sealed: this.box.seal(text, purposeOf(asked, place)), value: readAnswer(text).value };
  }

  /**
   * Gives the answer again, with its status.
   *
   * @throws IDEMPOTENCY_KEY_REUSED when it is that of another request
   */
  replay(asked: IdempotentRequest, place: string, reply: FastifyReply, kept: KeptAnswer): unknown {
    if (kept.fingerprint !== asked.fingerprint) throw new IdempotencyKeyReused();
    const { status, value } = readAnswer(this.box.open(kept.answer, purposeOf(asked, place)));
    void reply.code(status).header('idempotency-replayed', 'true');
    return value;
  }
}

function purposeOf({ id, fingerprint }: IdempotentRequest, place: string): string {
  return [place, id, fingerprint].join(' ');
}
