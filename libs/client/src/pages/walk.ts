import { linkOf } from '../links/target-of.js';

/**
 * A collection's pages, each fetched when it is asked for.
 *
 * @param first reads the first page
 * @param follow reads the page that a link leads to
 */
export async function* pagesFrom<Page>(
  first: () => Promise<Page>,
  follow: (href: string) => Promise<Page>,
): AsyncGenerator<Page, void, undefined> {
  const seen = new Set<string>();
  let page = await first();
  for (;;) {
    yield page;
    const next = linkOf(Object(page) as object, 'next')?.href;
    if (next === undefined) return;
    if (seen.has(next)) throw new TypeError(`The pages go round in a circle at ${next}.`);
    seen.add(next);
    page = await follow(next);
  }
}

/** The members of these pages. */
export async function* itemsOf<Item>(pages: AsyncIterable<unknown>): AsyncGenerator<Item, void, undefined> {
  for await (const page of pages) {
    const embedded: unknown = Reflect.get(Object(page) as object, '_embedded');
    const items: unknown = Reflect.get(Object(embedded) as object, 'item');
    if (!Array.isArray(items)) throw new TypeError('The answer is not a collection.');
    yield* items as Item[];
  }
}
