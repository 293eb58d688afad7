import { EntitySchema } from 'typeorm';

/** The entity `Row`; each call gives one of its own, because TypeORM binds a class to one schema. */
export function rowEntity(schema) {
  class Row {}
  const text = { type: 'text' };
  const columns = { id: { type: 'int', primary: true }, title: text, body: text };
  return {
    Row,
    entity: new EntitySchema({ name: `Row${schema ?? ''}`, target: Row, tableName: 'row', schema, columns }),
  };
}
