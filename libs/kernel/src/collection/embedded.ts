/** Under it a row names its relations that clients see in `_embedded`. A symbol outlives `{ ...row }` and is no JSON. */
const EMBEDDED = Symbol('tenantry:embedded');

/** Marks the relations of a row that its document has in `_embedded`. */
export function embed(row: object, relations: readonly string[]): void {
  Object.assign(row, { [EMBEDDED]: relations });
}

export function embeddedIn(row: object): readonly string[] {
  return (row as { [EMBEDDED]?: readonly string[] })[EMBEDDED] ?? [];
}
