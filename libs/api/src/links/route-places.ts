import type { LinkedRoute } from './linked-route.js';
import { above, isMember, patternOf } from './route-pattern.js';

/** Which resource the answer of a route shows. */
export type Place =
  /** The one at the request's own address. */
  | { readonly kind: 'self'; readonly pattern: string }
  /** A member of the collection that was posted to, which may have no routes of its own. */
  | { readonly kind: 'member'; readonly pattern: string; readonly hasRoutes: boolean }
  /** Perhaps the one that the action was done to, `steps` segments up, if it has the id of this parameter. */
  | { readonly kind: 'action'; readonly pattern: string; readonly steps: number; readonly parameter: string };

/** The place of every route that has one, by method and path. */
export function placesOf(routes: readonly LinkedRoute[]): ReadonlyMap<string, Place> {
  const readable = new Set(routes.filter(({ method }) => method === 'GET').map(({ path }) => patternOf(path)));
  const members = new Set(routes.map(({ path }) => patternOf(path)).filter(isMember));
  const places = routes.flatMap((route): [string, Place][] => {
    const place = placeOf(route, readable, members);
    return place ? [[`${route.method} ${route.path}`, place]] : [];
  });
  return new Map(places);
}

function placeOf(
  { method, path }: LinkedRoute,
  readable: ReadonlySet<string>,
  members: ReadonlySet<string>,
): Place | undefined {
  const pattern = patternOf(path);
  const hasRoutes = members.has(`${pattern}/:`);
  if (method === 'POST' && (hasRoutes || (readable.has(pattern) && !isMember(pattern) && pattern !== '/')))
    return { kind: 'member', pattern: `${pattern}/:`, hasRoutes };
  if (readable.has(pattern) || isMember(pattern)) return { kind: 'self', pattern };
  let parent = pattern;
  let steps = 0;
  for (; parent !== '/' && !isMember(parent); parent = above(parent)) steps += 1;
  if (!readable.has(parent) || !isMember(parent)) return undefined;
  const parameter =
    path
      .split('/')
      .at(-1 - steps)
      ?.slice(1) ?? '';
  return { kind: 'action', pattern: parent, steps, parameter };
}
