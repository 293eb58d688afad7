import {
  collectionDeclarations,
  embeddedResource,
  type EntityClass,
  type TenantryModuleMetadata,
} from '@tenantry/kernel';
import { ModuleFault } from './module-fault.js';
import type { Route } from './routes.js';

/** Path of a row of a relation: its own id comes last, before it at most its owner's. */
const RESOURCE = /^(\/[^/:]+)+(\/:[^/:]+(\/[^/:]+)+)?\/:[^/:]+$/;

/**
 * Sees that the rows of an embedded relation can be read where its entity says so: who may embed them is asked of that
 * route.
 *
 * @throws ModuleFault for the first that cannot
 */
export function checkEmbedded(routes: readonly Route[], modules: readonly TenantryModuleMetadata[]): void {
  const readable = new Set(routes.filter(({ method }) => method === 'GET').map(({ path }) => patternOf(path)));
  for (const { name, entities = [], platformEntities = [] } of modules) {
    for (const entity of [...entities, ...platformEntities]) {
      const fault = faultOf(entity, readable);
      if (fault !== undefined) throw new ModuleFault(name, `declares in entity ${entity.name} ${fault}`);
    }
  }
}

function faultOf(entity: EntityClass, readable: ReadonlySet<string>): string | undefined {
  for (const relation of collectionDeclarations(entity).embeddable) {
    const resource = embeddedResource(entity, relation);
    if (resource === undefined) continue;
    const declared = `@Embeddable() ${relation} with the resource "${resource}", `;
    if (!RESOURCE.test(resource))
      return `${declared}whose last parameter must be the row's id, one before it the owner's.`;
    if (!readable.has(patternOf(resource))) return `${declared}which no route reads.`;
  }
  return undefined;
}

const patternOf = (path: string): string => path.replace(/:[^/]+/g, ':');
