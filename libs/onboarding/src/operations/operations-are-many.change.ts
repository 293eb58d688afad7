import { schemaChange, type ApiChange, type FieldChange } from '@tenantry/kernel';
import { OperationView } from './operation.dto.js';

const KNOWN = ['create', 'purge'];
/** RFC 9562, section 5.9. */
const NIL_UUID = '00000000-0000-0000-0000-000000000000';

const same = (name: string): string => name;

const kind: FieldChange = {
  fields: ['kind'],
  schemaBefore: (schema) => ({
    ...schema,
    properties: { ...schema.properties, kind: { type: 'string', enum: KNOWN, example: 'create' } },
  }),
  up: (object) => object,
  down: (object) =>
    typeof object['kind'] === 'string' && !KNOWN.includes(object['kind']) ? { ...object, kind: 'create' } : object,
  nameBefore: same,
  nameNow: same,
};

const tenantId: FieldChange = {
  fields: ['tenantId'],
  schemaBefore: (schema) => ({ ...schema, required: [...(schema.required ?? []), 'tenantId'] }),
  up: (object) => object,
  down: (object) => (Object.hasOwn(object, 'tenantId') ? object : { ...object, tenantId: NIL_UUID }),
  nameBefore: same,
  nameNow: same,
};

export class OperationsAreMany implements ApiChange {
  readonly date = '2026-11-22';
  readonly description =
    'The kind of an operation may be any, not only create and purge, and an operation on the whole fleet has no tenantId. ' +
    'To older callers other kinds are create, and the fleet is the nil UUID.';
  readonly schemas = [schemaChange(OperationView, kind, tenantId)];
}
