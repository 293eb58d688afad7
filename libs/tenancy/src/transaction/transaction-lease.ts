import { EventEmitter } from 'node:events';
import { StatementRefused } from '../connection/connection.errors.js';
import { readStatement } from '../connection/statement.js';
import { isSubmittable, textOf, type QueryInput } from '../connection/statement-text.js';
import type { QueryCallback, Submittable } from '../connection/wire.js';
import { nestingOfCode } from '../context/tenant-context.js';
import { asksForMore } from './isolation.js';
import { innerOf, type Nesting } from './nesting.js';
import type { SharedTransaction } from './shared-transaction.js';
import { TransactionIsolation } from './transaction.errors.js';

const SAVEPOINT_CONTROL = /^\s*(SAVEPOINT|RELEASE|ROLLBACK)\b/i;
const DONE = { rows: [], rowCount: null };

/**
 * What TypeORM gets for a connection inside a shared transaction. Its own BEGIN, COMMIT and ROLLBACK are a savepoint of the
 * shared transaction. A statement outside such a savepoint gets one of its own, so that one that fails undoes itself only,
 * as it would on a connection of its own.
 */
export class TransactionLease extends EventEmitter {
  private own?: Nesting;

  constructor(private readonly transaction: SharedTransaction) {
    super();
  }

  /** The nested transaction that was begun here. */
  get nesting(): Nesting | undefined {
    return this.own;
  }

  /** As pg's Client: a promise, a callback, or a cursor that submits itself and is given back at once. */
  query(input: QueryInput, values?: unknown, callback?: unknown): unknown {
    const done = [values, callback].find((each): each is QueryCallback => typeof each === 'function');
    const parameters = Array.isArray(values) ? values : undefined;
    if (isSubmittable(input)) return this.stream(input);
    const result = this.run(input, parameters);
    if (!done) return result;
    result.then(
      (value) => done(null, value),
      (error: Error) => done(error, undefined),
    );
    return undefined;
  }

  /** Gives nothing back to the pool; a nested transaction that is still open is undone, as it would be there. */
  release(): void {
    if (this.own) this.finish('ROLLBACK').catch(() => undefined);
  }

  private async run(input: Exclude<QueryInput, Submittable>, values: unknown[] | undefined): Promise<unknown> {
    const text = textOf(input);
    const kind = readStatement(text);
    if (!kind) throw new StatementRefused();
    if (kind === 'begin' || kind === 'mode') return this.begin(text, kind);
    if (kind === 'end') return this.finish(text);
    const send = () => this.client.query(input as string, values) as Promise<unknown>;
    if (this.own) return this.turn(send);
    if (SAVEPOINT_CONTROL.test(text)) throw new StatementRefused();
    return this.turn(() => this.undoable(send));
  }

  private async begin(text: string, kind: 'begin' | 'mode'): Promise<unknown> {
    if (asksForMore(text, this.transaction.isolation)) throw new TransactionIsolation();
    if (kind === 'begin' && !this.own) {
      await this.turn(async () => {
        const level = this.transaction.turns.open();
        try {
          await this.client.query(`SAVEPOINT ${level.savepoint}`);
          this.own = level;
        } catch (error) {
          this.transaction.turns.close(level);
          throw error;
        }
      });
    }
    return DONE;
  }

  /** Ends the nested transaction. One that cannot be committed stays open for the ROLLBACK that follows. */
  private async finish(text: string): Promise<unknown> {
    const { own } = this;
    if (!own) return DONE;
    await this.transaction.turns.take(
      () => own.stillOpen,
      async () => {
        if (/^\s*(ROLLBACK|ABORT)/i.test(text)) await this.client.query(`ROLLBACK TO SAVEPOINT ${own.savepoint}`);
        await this.client.query(`RELEASE SAVEPOINT ${own.savepoint}`);
        this.transaction.turns.close(own);
        this.own = undefined;
      },
    );
    return DONE;
  }

  /** The cursor is submitted when it is its turn, and has the connection until it ends. */
  private stream<Q extends Submittable>(query: Q): Q {
    let isSent = false;
    const send = (): Promise<void> => {
      isSent = true;
      this.client.query(query as never);
      return Promise.resolve();
    };
    // Once it was sent it hears of its errors itself; the RELEASE behind it only fails then.
    this.turn(() => this.undoable(send)).catch((error: Error) => {
      if (!isSent) query.handleError(error, this.client.wire);
    });
    return query;
  }

  private async undoable(send: () => Promise<unknown>): Promise<unknown> {
    await this.client.query('SAVEPOINT tenantry_statement');
    try {
      const result = await send();
      await this.client.query('RELEASE SAVEPOINT tenantry_statement');
      return result;
    } catch (error) {
      await this.undoStatement();
      throw error;
    }
  }

  private async undoStatement(): Promise<void> {
    try {
      await this.client.query('ROLLBACK TO SAVEPOINT tenantry_statement');
      await this.client.query('RELEASE SAVEPOINT tenantry_statement');
    } catch {
      // The connection is gone, which the statement's own error says.
    }
  }

  private turn<T>(piece: () => Promise<T>): Promise<T> {
    const { turns } = this.transaction;
    const code = nestingOfCode() ?? turns.outermost;
    return turns.take(() => innerOf(code, this.own), piece);
  }

  private get client(): SharedTransaction['client'] {
    return this.transaction.client;
  }
}
