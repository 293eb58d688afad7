import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { ACCESS, type Access } from '@tenantry/kernel';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { from, lastValueFrom, type Observable } from 'rxjs';
import { ConditionalChanges } from '../conditional/conditional-changes.js';
import { IdempotentAnswers } from '../idempotency/idempotent-answers.js';
import { OperatorAnswers } from '../idempotency/operator-answers.js';

/** Methods that If-Match guards. */
const CHANGES = new Set(['PATCH', 'PUT', 'DELETE']);

/**
 * Stands around every handler that may change something, after the guards and before validation, and gives Idempotency-Key
 * and If-Match their meaning. Only where somebody is signed in: an answer to nobody in particular, such as a token, is never kept.
 */
@Injectable()
export class RequestEffects implements NestInterceptor {
  constructor(
    private readonly reflector: Reflector,
    private readonly answers: IdempotentAnswers,
    private readonly operatorAnswers: OperatorAnswers,
    private readonly changes: ConditionalChanges,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    if (context.getType() !== 'http') return next.handle();
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const { method, headers } = request;
    const reply = http.getResponse<FastifyReply>();
    const handle = () => valueOf(next);
    const kind = this.kindOf(context);
    const isForMembers = kind === 'member' || kind === 'permission';
    if (method === 'POST' && headers['idempotency-key'] !== undefined) {
      if (kind === 'operator') return from(this.operatorAnswers.answer(request, reply, handle));
      if (isForMembers) return from(this.answers.answer({ request, reply, route: context.getHandler() }, handle));
    }
    if (CHANGES.has(method) && headers['if-match'] !== undefined)
      return from(this.changes.change({ request, reply, isForMembers }, handle));
    return next.handle();
  }

  private kindOf(context: ExecutionContext): Access['kind'] {
    return this.reflector.getAllAndOverride<Access>(ACCESS, [context.getHandler(), context.getClass()]).kind;
  }
}

/** What the handler gives, run in the context of whoever calls this. */
function valueOf(next: CallHandler): Promise<unknown> {
  return lastValueFrom(next.handle(), { defaultValue: undefined });
}
