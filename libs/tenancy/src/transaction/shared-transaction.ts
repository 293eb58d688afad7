import type { TenantClient } from '../connection/tenant-client.js';
import type { Tenant } from '../context/tenant.js';
import type { Isolation } from './isolation.js';
import type { Nesting } from './nesting.js';
import { Turns } from './turns.js';

export interface SharedTransactionOptions {
  readonly client: TenantClient;
  readonly tenant: Tenant;
  readonly isolation: Isolation;
  /** How long a statement waits for its turn, in milliseconds. */
  readonly patience: number;
}

/** The one transaction that all statements of a piece of code share, on one connection. */
export class SharedTransaction {
  readonly client: TenantClient;
  readonly tenant: Tenant;
  readonly isolation: Isolation;
  readonly turns: Turns;

  constructor({ client, tenant, isolation, patience }: SharedTransactionOptions) {
    this.client = client;
    this.tenant = tenant;
    this.isolation = isolation;
    this.turns = new Turns(patience);
  }

  async begin(): Promise<void> {
    await this.client.query(`START TRANSACTION ISOLATION LEVEL ${this.isolation}`);
  }

  /** Takes no more statements, undoes nested transactions that nobody waited for, and commits the rest. */
  async commit(): Promise<void> {
    await this.turns.end();
    const [left] = chainOf(this.turns.innermost);
    if (left) await this.client.query(`ROLLBACK TO SAVEPOINT ${left.savepoint}`);
    // Postgres answers COMMIT of a transaction that has failed with a ROLLBACK and no error.
    if (this.client.hasFailed) throw new Error('The transaction has failed and cannot be committed.');
    await this.client.query('COMMIT');
  }

  /**
   * Takes no more statements and undoes everything. Where that cannot be said to Postgres, the pool closes the connection
   * when it comes back, which undoes it too.
   */
  async rollback(): Promise<void> {
    try {
      await this.turns.end();
      if (this.client.isInTransaction) await this.client.query('ROLLBACK');
    } catch {
      // The error that led here is the one to tell.
    }
  }
}

/** The savepoints that are open, the outermost first. */
function chainOf(level: Nesting): Nesting[] {
  return level.outer ? [...chainOf(level.outer), level] : [];
}
