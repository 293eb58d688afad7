import { UseInterceptors, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { RequestEffects } from '@tenantry/api';
import type { FastifyRequest } from 'fastify';
import { changingHandlers } from '../composition/changing-handlers.js';

/** Each application's own; classes of controllers may be shared by several in one process. */
const effectsOf = new WeakMap<object, RequestEffects>();
const equipped = new WeakSet();

const around: NestInterceptor = {
  intercept: (context: ExecutionContext, next) => {
    const { server } = context.switchToHttp().getRequest<FastifyRequest>();
    return effectsOf.get(server)?.intercept(context, next) ?? next.handle();
  },
};

/**
 * Puts the effects of Idempotency-Key and If-Match around the handlers that may change something, of every module. Not
 * around those of GET, as a global interceptor would be: it costs each request about as much as Nest's routing.
 */
export function addRequestEffects(app: NestFastifyApplication): void {
  effectsOf.set(app.getHttpAdapter().getInstance(), app.get(RequestEffects));
  for (const { prototype, name, handler } of changingHandlers(app.get(ModulesContainer))) {
    if (equipped.has(handler)) continue;
    equipped.add(handler);
    UseInterceptors(around)(prototype, name, { value: handler });
  }
}
