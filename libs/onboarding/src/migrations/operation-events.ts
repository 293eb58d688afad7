import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Readiness } from '@tenantry/api';
import { PLATFORM, TenantOperationEntity, type OperationProgress } from '@tenantry/tenancy';
import type { FastifyReply } from 'fastify';
import type { Repository } from 'typeorm';
import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';

/** What an event says. */
interface OperationEvent extends OperationProgress {
  readonly id: string;
  readonly status: string;
  readonly failed: number;
  /** Those that are done. */
  readonly steps: readonly string[];
}

const LOOK_EVERY = 500;
const HEARTBEAT = 15_000;
/** Milliseconds after which a client whose connection was lost is to come back. */
const COME_BACK = 1_000;

/** Tells how an operation goes, for as long as somebody listens and this process stays. */
@Injectable()
export class OperationEvents {
  constructor(
    @InjectRepository(TenantOperationEntity, PLATFORM) private readonly operations: Repository<TenantOperationEntity>,
    private readonly readiness: Readiness,
  ) {}

  async read(id: string): Promise<OperationEvent | undefined> {
    const row = await this.operations.findOneBy({ id });
    if (!row) return undefined;
    const { status, progress, steps } = row;
    const { done = 0, failed = 0, total = 0 } = progress ?? {};
    return { id, status, done, failed, total, steps: steps.map(({ name }) => name) };
  }

  /**
   * Writes events until the operation ends, the client goes or the process is about to stop.
   *
   * @param heard id of the last event that the client has had
   */
  async stream(first: OperationEvent, heard: string | undefined, reply: FastifyReply): Promise<void> {
    if (first.status !== 'running' && heard === idOf(first)) {
      await reply.status(204).send();
      return;
    }
    const gone = new AbortController();
    reply.hijack();
    reply.raw.on('close', () => gone.abort());
    reply.raw.writeHead(200, {
      ...headersOf(reply),
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      connection: 'close', // kept alive afterwards it would keep a stopping server waiting
    });
    try {
      await this.follow(first, heard, reply, gone.signal);
    } catch {
      // The client reads again what it missed; what broke is told by the next request.
    } finally {
      reply.raw.end();
    }
  }

  private async follow(
    first: OperationEvent,
    heard: string | undefined,
    { raw }: FastifyReply,
    gone: AbortSignal,
  ): Promise<void> {
    let current: OperationEvent | undefined = first;
    let said = heard;
    let saidAt = performance.now();
    raw.write(`retry: ${COME_BACK}\n\n`);
    while (current && !gone.aborted) {
      const id = idOf(current);
      const isOver = current.status !== 'running';
      if (id !== said)
        raw.write(`event: ${isOver ? 'end' : 'progress'}\nid: ${id}\ndata: ${JSON.stringify(current)}\n\n`);
      else if (performance.now() - saidAt >= HEARTBEAT) raw.write(': still here\n\n');
      if (isOver) return;
      if (id !== said || performance.now() - saidAt >= HEARTBEAT) saidAt = performance.now();
      said = id;
      await pause(LOOK_EVERY, undefined, { signal: gone });
      if (this.readiness.state === 'stopping') return; // it may ask another process
      current = await this.read(first.id);
    }
  }
}

/** Of what is told: the same tale has the same id in every process. */
function idOf(event: OperationEvent): string {
  return createHash('sha256').update(JSON.stringify(event)).digest('base64url').slice(0, 22);
}

/** Those that the hooks have set: of a hijacked answer nobody writes them. */
function headersOf(reply: FastifyReply): Record<string, string | string[]> {
  const headers = Object.entries(reply.getHeaders()).filter(([, value]) => value !== undefined);
  return Object.fromEntries(headers.map(([name, value]) => [name, Array.isArray(value) ? value : String(value)]));
}
