import { AsyncLocalStorage } from 'node:async_hooks';
import pg from 'pg';
import type { Entry } from './entry.js';
import type { QueryCallback, QueryConstructor, Submittable, Wire } from './wire.js';

const Query = pg.Query as unknown as QueryConstructor;

/** An ordinary statement: always by the extended protocol, unnamed, answered whole. */
export class TenantQuery extends Query {
  constructor(
    private readonly entry: Entry,
    input: string | pg.QueryConfig,
    values?: unknown[],
  ) {
    super(
      typeof input === 'string' ? input : ({ ...input, name: undefined, rows: undefined } as pg.QueryConfig),
      values,
    );
    this.queryMode = 'extended';
  }

  override submit(wire: Wire): ReturnType<Submittable['submit']> {
    return this.entry.submit(wire, () => super.submit(wire));
  }

  override handleDataRow(message: unknown): void {
    if (!this.entry.hidesRow) super.handleDataRow(message);
  }

  override handleCommandComplete(message: unknown, wire: Wire): void {
    if (!this.entry.completes()) super.handleCommandComplete(message, wire);
  }

  override handleError(error: Error, wire: Wire): void {
    super.handleError(this.entry.failed(error), wire);
    // pg answers once more when the server is ready again, which after an error of our own side it still will be.
    this.callback = ignore;
  }
}

const ignore: QueryCallback = () => undefined;

const HANDLERS = [
  'handleRowDescription',
  'handleDataRow',
  'handlePortalSuspended',
  'handleCommandComplete',
  'handleReadyForQuery',
  'handleEmptyQuery',
  'handleError',
] as const;

/**
 * Lets a cursor or stream enter, and runs its handlers in the context of the caller: pg calls them from the socket's
 * events. Replaces methods of the object itself, because these classes bind theirs when they are made.
 */
export function enterBefore<Q extends Submittable>(query: Q, entry: Entry): Q {
  const submit = query.submit.bind(query);
  const inCaller = AsyncLocalStorage.snapshot() as (work: () => unknown) => unknown;
  const methods = query as unknown as Record<string, ((...args: never[]) => unknown) | undefined>;
  query.submit = (wire) => entry.submit(wire, () => submit(wire));
  for (const name of HANDLERS) {
    const handler = methods[name]?.bind(query);
    if (handler) methods[name] = (...args: never[]) => inCaller(() => handler(...args));
  }
  const handleDataRow = query.handleDataRow.bind(query);
  const handleCommandComplete = query.handleCommandComplete.bind(query);
  const handleError = query.handleError.bind(query);
  query.handleDataRow = (message) => {
    if (!entry.hidesRow) handleDataRow(message);
  };
  query.handleCommandComplete = (message, wire) => {
    if (!entry.completes()) handleCommandComplete(message, wire);
  };
  query.handleError = (error, wire) => handleError(entry.failed(error), wire);
  return query;
}
