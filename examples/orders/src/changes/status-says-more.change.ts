import { revalued, schemaChange, type ApiChange } from '@tenantry/platform';
import { OrderChange, OrderView } from '../order.dto.js';

const status = revalued('status', { new: 'open', done: 'fulfilled' }, { cancelled: 'done' });

export class StatusSaysMore implements ApiChange {
  readonly date = '2026-10-05';
  readonly description =
    'The status of an order is open, fulfilled or cancelled. Before, it was new or done; a cancelled order is done to older callers.';
  readonly schemas = [schemaChange(OrderView, status), schemaChange(OrderChange, status)];
}
