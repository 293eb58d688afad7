import { isDeepStrictEqual } from 'node:util';
import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CurrentRepresentation } from './current-representation.js';
import { isUntagged } from './untagged.js';

const CHANGES = new Set(['POST', 'PATCH', 'PUT']);

type Document = Readonly<Record<string, unknown>>;

/** Gives the answer to a change the tag that a GET of the resource has, so that the next change may be conditional. */
@Injectable()
export class ChangeTags {
  constructor(private readonly current: CurrentRepresentation) {}

  /** Where the resource is whose tag the answer should carry; undefined where it carries none, or one already. */
  placeOf(document: unknown, request: FastifyRequest, reply: FastifyReply): string | undefined {
    if (!CHANGES.has(request.method) || ![200, 201].includes(reply.statusCode) || reply.hasHeader('etag'))
      return undefined;
    const self = selfOf(document);
    // A fragment is a part of something else, which has the tag.
    if (self === undefined || !self.startsWith('/') || self.includes('#')) return undefined;
    if (request.method === 'POST') return isUntagged(request) ? undefined : self;
    return this.current.canBeRead(request) ? request.url : undefined;
  }

  /**
   * Reads the resource for its tag. What has changed again since, in what the answer shows, has none: the caller would
   * overwrite by it what it has not seen.
   */
  async add(place: string, document: unknown, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const now = await this.current.of(request, place).catch(() => undefined); // the change is done, with a tag or without
    if (now?.tag !== undefined && agrees(now.document(), document)) void reply.header('etag', now.tag);
  }
}

/** Whether what both show of a resource is the same. */
function agrees(now: unknown, shown: unknown): boolean {
  if (!isObject(now)) return false;
  const answer = JSON.parse(JSON.stringify(shown)) as Document;
  const both = Object.keys(answer).filter((name) => !name.startsWith('_') && name in now);
  return both.length > 0 && both.every((name) => isDeepStrictEqual(answer[name], now[name]));
}

function selfOf(document: unknown): string | undefined {
  const links = isObject(document) ? document['_links'] : undefined;
  const self = isObject(links) ? links['self'] : undefined;
  const href = isObject(self) ? self['href'] : undefined;
  return typeof href === 'string' ? href : undefined;
}

function isObject(value: unknown): value is Document {
  return typeof value === 'object' && value !== null;
}
