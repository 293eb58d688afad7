/** What a parameter of a path may be. */
export type PathValue = string | number;

export type QueryScalar = string | number | boolean | Date;

/** `{ createdAt: { gte: date } }` under `filter` becomes `filter[createdAt][gte]=...`. */
export interface QueryGroup {
  readonly [name: string]: QueryValue | undefined;
}

/** What a parameter of a query may be: lists are joined by commas, dates become RFC 3339. */
export type QueryValue = QueryScalar | readonly QueryScalar[] | QueryGroup;
