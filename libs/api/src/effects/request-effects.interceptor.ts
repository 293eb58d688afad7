import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { ACCESS, type Access } from '@tenantry/kernel';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { from, lastValueFrom, type Observable } from 'rxjs';
import { ConditionalChanges } from '../conditional/conditional-changes.js';
import { IdempotentAnswers } from '../idempotency/idempotent-answers.js';

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
    private readonly changes: ConditionalChanges,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    if (context.getType() !== 'http') return next.handle();
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const { method, headers } = request;
    if (method === 'POST' && headers['idempotency-key'] !== undefined && this.isForMembers(context)) {
      const asked = { request, reply: http.getResponse<FastifyReply>(), route: context.getHandler() };
      return from(this.answers.answer(asked, () => valueOf(next)));
    }
    if (CHANGES.has(method) && headers['if-match'] !== undefined) {
      const asked = { request, reply: http.getResponse<FastifyReply>(), isForMembers: this.isForMembers(context) };
      return from(this.changes.change(asked, () => valueOf(next)));
    }
    return next.handle();
  }

  private isForMembers(context: ExecutionContext): boolean {
    const { kind } = this.reflector.getAllAndOverride<Access>(ACCESS, [context.getHandler(), context.getClass()]);
    return kind === 'member' || kind === 'permission';
  }
}

/** What the handler gives, run in the context of whoever calls this. */
function valueOf(next: CallHandler): Promise<unknown> {
  return lastValueFrom(next.handle(), { defaultValue: undefined });
}
