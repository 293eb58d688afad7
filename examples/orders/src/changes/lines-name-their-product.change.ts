import { renamed, schemaChange, type ApiChange } from '@tenantry/platform';
import { NewOrderLine, OrderLineView } from '../order.dto.js';

export class LinesNameTheirProduct implements ApiChange {
  readonly date = '2026-03-02';
  readonly description = 'The article of an order line is called product.';
  readonly schemas = [
    schemaChange(OrderLineView, renamed('article', 'product')),
    schemaChange(NewOrderLine, renamed('article', 'product')),
  ];
}
