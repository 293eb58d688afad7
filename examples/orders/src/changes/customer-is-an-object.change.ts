import { replaced, schemaChange, type ApiChange, type JsonObject } from '@tenantry/platform';
import { NewOrder, OrderChange, OrderView } from '../order.dto.js';

const asObject = replaced({
  before: {
    customerName: { type: 'string', minLength: 1, maxLength: 200 },
    customerEmail: { type: 'string', format: 'email' },
  },
  now: ['customer'],
  // Of a change, callers may give one of the two.
  up: ({ customerName: name, customerEmail: email }) => ({
    customer: { ...(name !== undefined && { name }), ...(email !== undefined && { email }) },
  }),
  down: ({ customer }) => {
    const { name, email } = customer as JsonObject;
    return { ...(name !== undefined && { customerName: name }), ...(email !== undefined && { customerEmail: email }) };
  },
  pointers: { 'customer/name': 'customerName', 'customer/email': 'customerEmail' },
});

export class CustomerIsAnObject implements ApiChange {
  readonly date = '2026-07-20';
  readonly description =
    'The customer of an order is an object with name and email. Before, customerName and customerEmail stood in the order itself.';
  readonly schemas = [
    schemaChange(OrderView, asObject),
    schemaChange(NewOrder, asObject),
    schemaChange(OrderChange, asObject),
  ];
}
