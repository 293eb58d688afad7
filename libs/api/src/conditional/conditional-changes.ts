import { Injectable } from '@nestjs/common';
import { TenantTransaction } from '@tenantry/tenancy';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isCausedBy } from '../problems/caused-by.js';
import { RequestMalformed } from '../problems/http.errors.js';
import { PreconditionFailed } from './conditional.errors.js';
import { CurrentRepresentation } from './current-representation.js';
import { namesStrongly, readTags } from './entity-tag.js';

/** SQLSTATE (Postgres manual, appendix A). */
const SERIALIZATION_FAILURE = '40001';

export interface ConditionalChange {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  /** Whether it is about rows of a tenant. */
  readonly isForMembers: boolean;
}

interface Changed {
  readonly value: unknown;
  readonly tag: string | undefined;
}

/** Changes a resource only if it still is what the caller has read (If-Match, RFC 9110 section 13.1.1). */
@Injectable()
export class ConditionalChanges {
  constructor(
    private readonly current: CurrentRepresentation,
    private readonly transaction: TenantTransaction,
  ) {}

  /**
   * Compares and changes in one serialisable transaction of the tenant, so that of two changes of the same state one is
   * refused. Outside the tenants there is no such transaction: a change between the two goes unnoticed.
   *
   * @throws PRECONDITION_FAILED, REQUEST_MALFORMED
   */
  async change({ request, reply, isForMembers }: ConditionalChange, handle: () => Promise<unknown>): Promise<unknown> {
    const work = () => this.compareAndChange(request, handle);
    try {
      const { value, tag } = await (isForMembers ? this.transaction.run(work, { isolation: 'SERIALIZABLE' }) : work());
      if (tag !== undefined) void reply.header('etag', tag);
      return value;
    } catch (error) {
      throw isCausedBy(error, SERIALIZATION_FAILURE) ? new PreconditionFailed({ cause: error }) : error;
    }
  }

  /** @returns the handler's value and the tag that the resource has now: the answer itself may be but a part of it */
  private async compareAndChange(request: FastifyRequest, handle: () => Promise<unknown>): Promise<Changed> {
    const listed = readTags(String(request.headers['if-match']));
    if (!listed) throw new RequestMalformed('If-Match must be * or a list of entity tags in quotes.');
    if (!(await this.holds(request, listed))) throw new PreconditionFailed();
    const value = await handle();
    const isGone = request.method === 'DELETE' || !this.current.canBeRead(request);
    return { value, tag: isGone ? undefined : (await this.current.of(request))?.tag };
  }

  private async holds(request: FastifyRequest, listed: readonly string[] | '*'): Promise<boolean> {
    // What cannot be read has no tag that a caller could know; whether it is there, its handler says.
    if (!this.current.canBeRead(request)) return listed === '*';
    const representation = await this.current.of(request);
    if (!representation || listed === '*') return representation !== undefined;
    return representation.tag !== undefined && namesStrongly(listed, representation.tag);
  }
}
