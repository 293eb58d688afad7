import { applyDecorators, SetMetadata } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';

export const UNTAGGED = Symbol.for('tenantry:untagged');
const MARK = 'untagged';

/**
 * For a POST whose answer carries no ETag: reading what it has made would cost more than the tag is worth.
 *
 * @since 0.1.0
 */
export const Untagged = (): MethodDecorator =>
  applyDecorators(SetMetadata(UNTAGGED, true), RouteConfig({ [MARK]: true }));

export function isUntagged({ routeOptions }: FastifyRequest): boolean {
  return MARK in routeOptions.config;
}
