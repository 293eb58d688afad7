import pg from 'pg';
import type { Tenant } from '../context/tenant.js';
import { TenantEntryDenied } from './connection.errors.js';
import type { Entering } from './entering.js';
import type { StatementKind } from './statement.js';
import type { TransactionState } from './transaction-state.js';
import type { Wire } from './wire.js';

/** What the statements of one connection share. */
export interface Door {
  readonly entering: Entering;
  readonly transaction: TransactionState;
  /** The connection is not to be used again: what its session is like is not known. */
  spoil(): void;
}

/**
 * One statement's way into its tenant: writes the entering statement in front of it where needed, and keeps the answer
 * to that from the statement's own handlers.
 */
export class Entry {
  private inside = false;

  constructor(
    private readonly door: Door,
    private readonly tenant: Tenant,
    private readonly kind: StatementKind,
  ) {}

  /** Writes both in one piece. Gives an error, as pg's `submit` does, when the tenant's turn it is not. */
  submit(wire: Wire, statement: () => ReturnType<SubmitOf>): ReturnType<SubmitOf> {
    const { entering, transaction } = this.door;
    try {
      this.inside = transaction.mustEnter(this.tenant, this.kind);
    } catch (error) {
      return error as Error;
    }
    wire.stream.cork();
    try {
      if (this.inside) entering.write(this.tenant);
      else entering.skip();
      return statement();
    } finally {
      wire.stream.uncork();
    }
  }

  /** Whether a row is the entering statement's. */
  get hidesRow(): boolean {
    return this.inside;
  }

  /** Whether a completion is the entering statement's, after which all that comes is the statement's own. */
  completes(): boolean {
    if (!this.inside) return false;
    this.inside = false;
    this.door.transaction.entered();
    return true;
  }

  /**
   * The error to report instead. Postgres refusing to let the tenant in spoils the connection; an error of our own side,
   * such as a parameter that cannot be sent, leaves the entering under way.
   */
  failed(error: Error): Error {
    if (!this.inside || !(error instanceof pg.DatabaseError)) return error;
    this.inside = false;
    this.door.spoil();
    return new TenantEntryDenied({ cause: error });
  }
}

type SubmitOf = () => Error | null | undefined | void;
