import { serialize } from 'pg-protocol';
import type { Tenant } from '../context/tenant.js';
import { tenantRole, tenantSearchPath } from '../context/tenant-names.js';
import type { Wire } from './wire.js';

const ENTER = "SELECT set_config('search_path', $1, true), set_config('role', $2, true)";
const NAME = 'tenantry_enter';

/** What enters a tenant by the named statement, encoded once: it is the same for each of its statements. */
const encoded = new WeakMap<Tenant, { readonly id: string; readonly messages: Buffer }>();

function messagesOf(tenant: Tenant): Buffer {
  const known = encoded.get(tenant);
  if (known?.id === tenant.id) return known.messages;
  const messages = encode(tenant, NAME);
  encoded.set(tenant, { id: tenant.id, messages });
  return messages;
}

/** Bind and Execute (PostgreSQL manual, "Message Formats"). */
function encode({ id }: Tenant, statement: string): Buffer {
  return Buffer.concat([
    serialize.bind({ portal: '', statement, values: [tenantSearchPath(id), tenantRole(id)] }),
    serialize.execute({ portal: '' }),
  ]);
}

/**
 * Writes, in front of a statement and before the same Sync, what makes it run in the tenant's schema as the tenant's
 * role. Both settings are local to the transaction, explicit or implicit, so nothing has to be undone and a transaction
 * pooler cannot mix tenants up.
 */
export class Entering {
  private state: 'unknown' | 'parsing' | 'parsed' = 'unknown';

  /** @param prepared keep the entering statement as a named one; not through a pooler that does not track them */
  constructor(
    private readonly wire: Wire,
    private readonly prepared: boolean,
  ) {
    // The first answer after our Parse is ours. A named statement outlives the transaction that parsed it, also one that fails.
    if (prepared) wire.on('parseComplete', () => (this.state = this.state === 'parsing' ? 'parsed' : this.state));
  }

  write(tenant: Tenant): void {
    const name = this.prepared ? NAME : '';
    if (!this.prepared || this.state !== 'parsed') {
      this.wire.parse({ text: ENTER, name });
      this.state = 'parsing';
    }
    const { stream } = this.wire;
    if (stream.writable) stream.write(this.prepared ? messagesOf(tenant) : encode(tenant, ''));
  }

  /** A statement goes without entering: an answer to its Parse is not ours. */
  skip(): void {
    if (this.state === 'parsing') this.state = 'unknown';
  }
}
