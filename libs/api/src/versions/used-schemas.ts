import type { ContractDocument } from './contract-document.js';

const REFERENCE = /"#\/components\/schemas\/([^"]+)"/g;

/** The document without the schemas that nothing in it refers to: in an older version, parts of newer shapes. */
export function withUsedSchemas(document: ContractDocument): ContractDocument {
  const { components } = document;
  const schemas = components?.schemas ?? {};
  const used = new Set<string>();
  const follow = (part: unknown) => {
    for (const [, name = ''] of JSON.stringify(part).matchAll(REFERENCE)) {
      if (used.has(name) || !Object.hasOwn(schemas, name)) continue;
      used.add(name);
      follow(schemas[name]);
    }
  };
  follow(document.paths);
  const kept = Object.entries(schemas).filter(([name]) => used.has(name));
  return { ...document, components: { ...components, schemas: Object.fromEntries(kept) } };
}
