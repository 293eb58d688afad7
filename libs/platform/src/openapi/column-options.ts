import { getMetadataArgsStorage } from 'typeorm';
import type { PropertyOptions } from './validation-rules.js';

const text = { type: 'string' };
const integer = { type: 'integer' };
const float = { type: 'number' };
const time = { type: 'string', format: 'date-time' };

/** Postgres types as pg hands their values over: what a double cannot hold comes as text. */
const TYPES: Readonly<Record<string, PropertyOptions>> = {
  uuid: { type: 'string', format: 'uuid' },
  text,
  varchar: text,
  'character varying': text,
  char: text,
  citext: text,
  bigint: text,
  int8: text,
  numeric: text,
  decimal: text,
  enum: text,
  integer,
  int: integer,
  int4: integer,
  int2: integer,
  smallint: integer,
  real: float,
  float,
  'double precision': float,
  boolean: { type: 'boolean' },
  bool: { type: 'boolean' },
  timestamptz: time,
  'timestamp with time zone': time,
  timestamp: time,
  date: { type: 'string', format: 'date' },
  json: { type: 'object', additionalProperties: true },
  jsonb: { type: 'object', additionalProperties: true },
};

/** Whether TypeORM maps the class to a table. */
export const isEntity = (target: object): boolean =>
  getMetadataArgsStorage().tables.some((table) => table.target === target);

/** What an entity's own columns hold, by property. Columns of types that are not known here are missing. */
export function columnOptions(target: object): Map<string, PropertyOptions> {
  const columns = getMetadataArgsStorage().columns.filter((column) => column.target === target);
  return new Map(
    columns.flatMap(({ propertyName, options }) => {
      const { type, length, enum: values, array, nullable, select } = options;
      const known = typeof type === 'string' ? TYPES[type] : undefined;
      if (!known) return [];
      const item = {
        ...known,
        ...(length !== undefined && Number(length) > 0 && { maxLength: Number(length) }),
        ...(values && { enum: Object.values(values) }),
      };
      const whole = array ? { type: 'array', items: item } : item;
      return [[propertyName, { ...whole, ...(nullable && { nullable }), required: select !== false }] as const];
    }),
  );
}
