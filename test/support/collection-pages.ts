import { itemsOf, type TestClient, type TestResponse } from './test-client.js';

export function nextOf({ body }: TestResponse): string | undefined {
  return (body['_links'] as { next?: { href: string } }).next?.href;
}

/** All members from this address on, page by page, with what is done between two pages. */
export async function walk(
  client: TestClient,
  path: string,
  between: () => Promise<unknown> = () => Promise.resolve(),
): Promise<Record<string, unknown>[]> {
  const found: Record<string, unknown>[] = [];
  const seen = new Set<string>();
  for (let next: string | undefined = path; next;) {
    if (seen.has(next)) throw new Error(`${next} comes twice.`);
    seen.add(next);
    const answer = await client.get(next);
    if (answer.status !== 200) throw new Error(`${next}: ${answer.status} ${answer.text}`);
    found.push(...itemsOf(answer));
    next = nextOf(answer);
    if (next) await between();
  }
  return found;
}
