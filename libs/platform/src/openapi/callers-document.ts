import type { Access, Principal } from '@tenantry/kernel';
import type { LRUCache } from 'lru-cache';
import type { Route } from '../composition/routes.js';
import type { ApiDocument } from './api-document.js';
import { dropUnused } from './finishing.js';
import { pathOf } from './operations.js';

/** Sets of permissions of which a document is kept: each is large. */
export const MOST_DOCUMENTS = 10;

/** The document as each caller sees it, made once for each set of permissions. */
export class CallersDocuments {
  private readonly whole: string;

  constructor(
    private readonly document: ApiDocument,
    private readonly routes: readonly Route[],
    private readonly made: LRUCache<string, string>,
  ) {
    this.whole = JSON.stringify(document);
  }

  /** The document as JSON, with the operations that the caller may use; all of them for nobody in particular. */
  of(principal: Principal | undefined): string {
    if (!principal) return this.whole;
    const key = principal.kind === 'operator' ? 'operator' : [...principal.permissions].sort().join();
    const known = this.made.get(key);
    if (known !== undefined) return known;
    const text = JSON.stringify(callersDocument(JSON.parse(this.whole) as ApiDocument, this.routes, principal));
    this.made.set(key, text);
    return text;
  }
}

/** Leaves the operations that the caller may use, and what these refer to. Changes the document it is given. */
function callersDocument(document: ApiDocument, routes: readonly Route[], principal: Principal): ApiDocument {
  const open = new Set(
    routes
      .filter(({ access }) => mayUse(access, principal))
      .map((route) => `${route.method.toLowerCase()} ${pathOf(route)}`),
  );
  for (const [path, item] of Object.entries(document.paths)) {
    for (const method of Object.keys(item)) if (!open.has(`${method} ${path}`)) Reflect.deleteProperty(item, method);
    if (Object.keys(item).length === 0) Reflect.deleteProperty(document.paths, path);
  }
  const tags = new Set(
    Object.values(document.paths).flatMap((item) => Object.values(item).flatMap(({ tags: each }) => each ?? [])),
  );
  document.tags = document.tags?.filter(({ name }) => tags.has(name));
  const scheme = principal.kind === 'operator' ? 'user' : 'operator';
  Reflect.deleteProperty(document.components.securitySchemes ?? {}, scheme);
  dropUnused(document);
  return document;
}

function mayUse(access: Access | undefined, principal: Principal): boolean {
  if (!access) return false;
  if (access.kind === 'public') return true;
  if (access.kind === 'operator' || principal.kind === 'operator') return access.kind === principal.kind;
  return access.kind === 'member' || access.permissions.every((permission) => principal.permissions.has(permission));
}
