import type { Tenant } from '../context/tenant.js';
import { TenantContextChanged } from '../context/tenant-context.errors.js';
import type { StatementKind } from './statement.js';
import type { ClientInternals } from './wire.js';

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
