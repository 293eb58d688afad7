import { Page } from '@tenantry/kernel';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { pathOf } from '../request/path-of.js';
import { collection, HAL_MEDIA_TYPE, hasId, resource } from './hal.js';

/**
 * Gives an answer its HAL form, so that a handler returns plain rows: an object with an `id` is a resource, an array or
 * a `Page` a collection. An object that brings its own `_links` stays as it is. Called before serialisation and not as
 * an interceptor, which would cost every request several observables.
 */
export function presentHal(value: unknown, request: FastifyRequest, reply: FastifyReply): unknown {
  const path = pathOf(request.url);
  if (Array.isArray(value) || value instanceof Page) {
    const page = value instanceof Page ? value : new Page<unknown>(value);
    reply.type(HAL_MEDIA_TYPE);
    return collection(page.items, path, request.url, page.next && nextUrl(request.url, page.next));
  }
  if (typeof value !== 'object' || value === null || !(hasId(value) || '_links' in value)) return value;
  const isMade = request.method === 'POST' && reply.statusCode === 201;
  const document = resource(value, isMade && hasId(value) ? `${path}/${value.id}` : path);
  const { self } = (document as { _links: { self?: { href: string } } })._links;
  if (isMade && self) reply.header('location', self.href);
  reply.type(HAL_MEDIA_TYPE);
  return document;
}

function nextUrl(url: string, cursor: string): string {
  const path = pathOf(url);
  const parameters = new URLSearchParams(url.slice(path.length));
  parameters.set('cursor', cursor);
  return `${path}?${parameters.toString()}`;
}
