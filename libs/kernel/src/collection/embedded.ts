/** Under it a row names its relations that clients see in `_embedded`. A symbol outlives `{ ...row }` and is no JSON. */
const EMBEDDED = Symbol('tenantry:embedded');

/** A relation that a document has in `_embedded`. */
export interface EmbeddedRelation {
  readonly name: string;
  /** Path of the route that reads a related row. */
  readonly resource?: string;
}

/** Marks the relations of a row that its document has in `_embedded`. */
export function embed(row: object, relations: readonly EmbeddedRelation[]): void {
  Object.assign(row, { [EMBEDDED]: relations });
}

export function embeddedIn(row: object): readonly EmbeddedRelation[] {
  return (row as { [EMBEDDED]?: readonly EmbeddedRelation[] })[EMBEDDED] ?? [];
}
