import type { FastifyReply, FastifyRequest } from 'fastify';
import { entityTag, namesWeakly, readTags } from './entity-tag.js';

/**
 * Gives a JSON document its ETag, and takes it back with 304 where the client has it (If-None-Match, RFC 9110 section
 * 13.1.2). The last that happens to an answer before it is compressed; \@fastify/etag knows neither lists nor `*`.
 */
export function tagAnswer(request: FastifyRequest, reply: FastifyReply, payload: unknown): unknown {
  if (request.method !== 'GET' && request.method !== 'HEAD') return payload;
  if (typeof payload !== 'string' || reply.statusCode !== 200 || !isJson(reply)) return payload;
  const own = reply.getHeader('etag');
  const tag = typeof own === 'string' ? own : entityTag(payload);
  void reply.header('etag', tag);
  if (!isKnown(request.headers['if-none-match'], tag)) return payload;
  void reply.code(304).removeHeader('content-type').removeHeader('content-length');
  return null;
}

function isJson(reply: FastifyReply): boolean {
  const type = reply.getHeader('content-type');
  return typeof type === 'string' && /^application\/([\w.-]+\+)?json\b/.test(type);
}

function isKnown(header: string | undefined, tag: string): boolean {
  const listed = header === undefined ? undefined : readTags(header);
  return listed === '*' || (listed !== undefined && namesWeakly(listed, tag));
}
