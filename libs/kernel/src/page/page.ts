/**
 * One page of a collection. A handler that returns it answers with a HAL collection.
 *
 * @since 0.1.0
 */
export class Page<Item> {
  /** @param next opaque cursor of the page after this one; undefined on the last */
  constructor(
    readonly items: readonly Item[],
    readonly next?: string,
  ) {}
}
