import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyReply } from 'fastify';
import { OUTLIVES_SUNSET } from './outlives-sunset.js';
import { RequestVersions, type VersionedRequest } from './request-versions.js';

/** Settles which version of the contract the caller speaks. Runs after the tenant is known and before validation. */
@Injectable()
export class ApiVersionGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly versions: RequestVersions,
  ) {}

  canActivate(context: ExecutionContext): boolean {
    const http = context.switchToHttp();
    const isSpared = this.reflector.getAllAndOverride<boolean | undefined>(OUTLIVES_SUNSET, [
      context.getHandler(),
      context.getClass(),
    ]);
    this.versions.settle(http.getRequest<VersionedRequest>(), http.getResponse<FastifyReply>(), isSpared ?? false);
    return true;
  }
}
