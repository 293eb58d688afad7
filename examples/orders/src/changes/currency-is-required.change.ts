import { newlyRequired, schemaChange, type ApiChange } from '@tenantry/platform';
import { NewOrder } from '../order.dto.js';

export class CurrencyIsRequired implements ApiChange {
  readonly date = '2026-05-11';
  readonly description = 'A new order must say its currency. Before, it was EUR when absent.';
  readonly schemas = [schemaChange(NewOrder, newlyRequired('currency', 'EUR'))];
}
