import { isHalDocument, linkItem, type HalDocument } from './link-document.js';
import type { Curie, LinkPlan } from './link-plan.js';

type PlanAt = (href: string) => LinkPlan;

/** The document whose embedded rows, and those of its members, have the links that the caller may use. */
export function linkEmbedded(document: HalDocument, planAt: PlanAt): HalDocument {
  if (!document._embedded || isLinked(document)) return document;
  const curies = new Map<string, Curie>();
  const known = new Map<string, LinkPlan>();
  const planOf = (href: string, relation: string): LinkPlan => {
    // The rows of a relation all have addresses of one kind.
    const plan = known.get(relation) ?? planAt(href);
    known.set(relation, plan);
    for (const curie of plan.curies) curies.set(curie.name, curie);
    return plan;
  };
  const { _embedded } = linked(document, planOf);
  if (curies.size === 0) return { ...document, _embedded };
  const own = (document._links['curies'] ?? []) as readonly Curie[];
  const others = [...curies.values()].filter(({ name }) => !own.some((each) => each.name === name));
  return { ...document, _links: { ...document._links, curies: [...own, ...others] }, _embedded };
}

/** Whether it is a collection of rows that embed nothing: they have their links by now. */
function isLinked(document: HalDocument): boolean {
  if ('id' in document) return false;
  return Object.entries(document._embedded ?? {}).every(
    ([relation, rows]) =>
      relation === 'item' && Array.isArray(rows) && !rows.some((row) => isHalDocument(row) && row._embedded),
  );
}

function linked(document: HalDocument, planOf: (href: string, relation: string) => LinkPlan): HalDocument {
  const embedded = Object.entries(document._embedded ?? {}).map(([relation, related]) => {
    const one = (row: unknown): unknown => {
      if (!isHalDocument(row)) return row;
      // Members of a collection have their links by now.
      if (relation === 'item' && !('id' in document)) return row._embedded ? linked(row, planOf) : row;
      return row._links.self ? linkItem(row, '', planOf(row._links.self.href, relation)) : row;
    };
    return [relation, Array.isArray(related) ? related.map(one) : one(related)] as const;
  });
  return { ...document, _embedded: Object.fromEntries(embedded) };
}
