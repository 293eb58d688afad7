import type { BreakingChange } from './breaking-changes.js';

/** Names of schemes that must all be given (OpenAPI 3.1, Security Requirement Object). */
type Requirement = Readonly<Record<string, unknown>>;
type Item = Readonly<Record<string, { readonly security?: readonly Requirement[] } | undefined>>;

interface Secured {
  readonly security?: readonly Requirement[];
  readonly paths?: Readonly<Record<string, Item>>;
}

const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'];

/** Operations that callers of the first contract could use with credentials, or none, that no longer do for the second. */
export function newCredentials(frozen: Secured, served: Secured): BreakingChange[] {
  const now = new Map(Object.entries(served.paths ?? {}).map(([path, item]) => [patternOf(path), item]));
  return Object.entries(frozen.paths ?? {}).flatMap(([path, item]) =>
    METHODS.flatMap((method) => {
      const [before, after] = [item[method], now.get(patternOf(path))?.[method]];
      if (!before || !after) return []; // one that is gone is told of as such
      const possible = requirementsOf(after, served);
      const refused = requirementsOf(before, frozen).filter((held) => !possible.some((each) => suffices(held, each)));
      return refused.map((held) => ({
        operation: `${method.toUpperCase()} ${path}`,
        text: `no longer takes ${Object.keys(held).join(' and ') || 'callers without a credential'}`,
        check: 'credential-no-longer-suffices',
      }));
    }),
  );
}

/** What may be given, one of these; none at all is one of them where nothing is required. */
function requirementsOf(
  { security }: { readonly security?: readonly Requirement[] },
  document: Secured,
): readonly Requirement[] {
  const all = security ?? document.security ?? [];
  return all.length > 0 ? all : [{}];
}

function suffices(held: Requirement, required: Requirement): boolean {
  return Object.keys(required).every((scheme) => scheme in held);
}

/** Parameters may be called otherwise by now. */
const patternOf = (path: string): string => path.replace(/\{[^}]+\}/g, '{}');
