import { And, Equal, FindOperator, type FindOptionsWhere } from 'typeorm';

/** The conditions, and one more on `id`: never instead of one that is there. */
export function narrowed<Row extends { id: string }>(
  where: FindOptionsWhere<Row>,
  id: FindOperator<string>,
): FindOptionsWhere<Row> {
  const own: unknown = where.id;
  if (own === undefined) return { ...where, id };
  return { ...where, id: And(own instanceof FindOperator ? own : Equal(own), id) };
}
