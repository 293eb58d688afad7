import { hasTemplate, ownedBy } from './link-plan.js';
import type { LinkedRoute } from './linked-route.js';
import { patternOf, relationOf, verbOf } from './route-pattern.js';

/**
 * What a resource's templates are called. Whoever asks, a template has the same key: `default` (HAL-FORMS) is the only one
 * that such a resource can ever have, so that a client never takes a deletion for the form that it knows.
 */
export class TemplateKeys {
  private readonly known = new Map<string, ReadonlyMap<LinkedRoute, string>>();

  constructor(private readonly routes: readonly LinkedRoute[]) {}

  of(route: LinkedRoute, pattern: string): string {
    return this.at(pattern).get(route) ?? relationOf(route);
  }

  private at(pattern: string): ReadonlyMap<LinkedRoute, string> {
    const known = this.known.get(pattern) ?? this.keysAt(pattern);
    this.known.set(pattern, known);
    return known;
  }

  private keysAt(pattern: string): ReadonlyMap<LinkedRoute, string> {
    const routes = ownedBy(pattern, this.routes).filter(
      (route) => hasTemplate(route, pattern) && mayAppear(route, pattern),
    );
    if (routes.length === 1) return new Map(routes.map((route) => [route, 'default']));
    const named = routes.map((route) => ({
      route,
      key: keyOf(route, pattern),
      plane: route.access.kind === 'operator',
    }));
    const isTaken = ({ key, plane }: (typeof named)[number]): boolean =>
      named.filter((each) => each.key === key && each.plane === plane).length > 1;
    return new Map(
      named.map((each) => [each.route, isTaken(each) ? `${each.key}-${verbOf(each.route.method)}` : each.key]),
    );
  }
}

/** The root tells nobody of what stands outside of both planes. */
function mayAppear({ access }: LinkedRoute, pattern: string): boolean {
  return pattern !== '/' || access.kind !== 'public' || access.tenant !== 'none';
}

/** What changes the resource is called by what it does, an action as its link. */
function keyOf(route: LinkedRoute, pattern: string): string {
  return patternOf(route.path) === pattern ? verbOf(route.method) : relationOf(route);
}
