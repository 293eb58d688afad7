import type { JsonObject } from '@tenantry/kernel';

/** The object as a client gets it: what changes are written for. Links and forms are plain already. */
export function plainObject(object: JsonObject): JsonObject {
  const made: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(object)) {
    if (value === undefined) continue;
    made[name] = typeof value !== 'object' || name === '_links' || name === '_templates' ? value : plain(value);
  }
  return made;
}

function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
