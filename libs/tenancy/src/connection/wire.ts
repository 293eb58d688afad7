import type pg from 'pg';

/** The part of pg's Connection (frontend messages of the extended protocol) that entering a tenant uses. */
export interface Wire {
  readonly stream: {
    readonly writable: boolean;
    cork(): void;
    uncork(): void;
    write(messages: Buffer): boolean;
  };
  parse(message: { text: string; name?: string }): void;
  sync(): void;
  on(event: 'parseComplete', listener: () => void): void;
}

/** What pg's Client calls on the query it runs; Query, pg-cursor and pg-query-stream all have this shape. */
export interface Submittable {
  text?: string;
  submit(wire: Wire): Error | null | undefined | void;
  handleError(error: Error, wire: Wire): void;
  handleDataRow(message: unknown): void;
  handleCommandComplete(message: unknown, wire: Wire): void;
}

/** pg's Query class, which its typings do not describe. */
export type QueryConstructor = new (
  config: string | pg.QueryConfig,
  values?: unknown[],
  callback?: QueryCallback,
) => Submittable & { callback?: QueryCallback; queryMode?: 'extended' };

export type QueryCallback = (error: Error | null, result: unknown) => void;

/** pg's Client as it is at run time, beyond its typings. */
export interface ClientInternals {
  readonly connection: Wire;
  readonly readyForQuery: boolean | undefined;
  readonly _queryQueue: readonly unknown[];
  readonly _activeQuery: unknown;
  getTransactionStatus(): 'I' | 'T' | 'E' | null;
}
