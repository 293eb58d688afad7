import type { Tenant } from '../context/tenant.js';
import { TenantContextChanged } from '../context/tenant-context.errors.js';
import { TenantEntryDenied } from './connection.errors.js';
import type { Entering } from './entering.js';
import type { StatementKind } from './statement.js';
import type { ClientInternals, Submittable, Wire } from './wire.js';

/** The explicit transaction that is open on a connection. */
interface OpenTransaction {
  readonly tenant: Tenant;
  entered: boolean;
}

/** What a connection must remember between the statements of an explicit transaction. */
export class TransactionState {
  private open?: OpenTransaction;

  constructor(private readonly client: ClientInternals) {}

  /**
   * Called at the moment a statement is written. Says whether the statement must enter the tenant first.
   *
   * @throws TENANT_CONTEXT_CHANGED when another tenant's transaction is open
   */
  mustEnter(tenant: Tenant, kind: StatementKind): boolean {
    if (this.client.getTransactionStatus() === 'I') {
      // BEGIN takes no snapshot, so that SET TRANSACTION ISOLATION LEVEL may still follow: the next statement enters.
      this.open = kind === 'begin' ? { tenant, entered: false } : undefined;
      return kind === 'work';
    }
    if (this.open?.tenant.id !== tenant.id) throw new TenantContextChanged();
    return kind === 'work' && !this.open.entered && this.client.getTransactionStatus() === 'T';
  }

  entered(): void {
    if (this.open) this.open.entered = true;
  }
}

/**
 * Makes a query enter its tenant when it is submitted, and hides the entering statement's answer from it.
 * Replaces four of the object's own methods, because pg-cursor and pg-query-stream bind theirs at construction.
 */
export function enterBefore<Q extends Submittable>(
  query: Q,
  tenant: Tenant,
  kind: StatementKind,
  entering: Entering,
  transaction: TransactionState,
): Q {
  const submit = query.submit.bind(query);
  const handleDataRow = query.handleDataRow.bind(query);
  const handleCommandComplete = query.handleCommandComplete.bind(query);
  const handleError = query.handleError.bind(query);
  let inside = false;

  query.submit = (wire: Wire) => {
    try {
      inside = transaction.mustEnter(tenant, kind);
    } catch (error) {
      return error as Error;
    }
    return corked(wire, () => {
      if (inside) entering.write(tenant);
      else entering.skip();
      return submit(wire);
    });
  };
  query.handleDataRow = (message) => {
    if (!inside) handleDataRow(message);
  };
  query.handleCommandComplete = (message, wire) => {
    if (!inside) return handleCommandComplete(message, wire);
    inside = false;
    transaction.entered();
  };
  query.handleError = (error, wire) => {
    const isDenied = inside && 'code' in error;
    inside = false;
    handleError(isDenied ? new TenantEntryDenied({ cause: error }) : error, wire);
  };
  return query;
}

/** Sends what the work writes in one piece. */
function corked<T>(wire: Wire, work: () => T): T {
  wire.stream.cork();
  try {
    return work();
  } finally {
    wire.stream.uncork();
  }
}
