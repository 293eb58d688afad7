const known = new WeakMap<object, readonly string[]>();

/**
 * Tells which properties the rows of an answer can have. It is said of the very object: an answer that a handler makes
 * of others has what it has.
 */
export function tellFields(answer: object, fields: readonly string[]): void {
  known.set(answer, fields);
}

export function toldFields(answer: object): readonly string[] | undefined {
  return known.get(answer);
}
