import type { Route } from '../composition/routes.js';
import { schemaRef, type ApiDocument } from './api-document.js';
import { exampleOf } from './example-of.js';
import { operationOf } from './operations.js';

/** One tag for each module that has operations, in the order of the modules. */
export function tagsOf(document: ApiDocument, routes: readonly Route[]): { name: string; description: string }[] {
  const areas = new Map<string, string>();
  for (const route of routes) {
    if (!operationOf(document, route)) continue;
    const name = route.area?.name ?? route.module;
    areas.set(name, route.area?.description ?? `The module \`${name}\`.`);
  }
  return [...areas].map(([name, description]) => ({ name, description }));
}

/** Removes schemas, headers and examples that nothing refers to, and what only they referred to. */
export function dropUnused(document: ApiDocument): void {
  const { schemas, headers = {}, examples = {} } = document.components;
  for (;;) {
    const text = JSON.stringify(document);
    const unused = Object.keys(schemas).filter((name) => !text.includes(`"${schemaRef(name).$ref}"`));
    for (const name of unused) Reflect.deleteProperty(schemas, name);
    if (unused.length === 0) break;
  }
  const text = JSON.stringify(document.paths);
  for (const [kind, parts] of Object.entries({ headers, examples })) {
    for (const name of Object.keys(parts)) {
      if (!text.includes(`"#/components/${kind}/${name}"`)) Reflect.deleteProperty(parts, name);
    }
  }
}

/** Gives every schema that has none an example. */
export function addExamples({ components: { schemas } }: ApiDocument): void {
  const made = Object.entries(schemas).map(
    ([name, schema]) => [schema, exampleOf(schema, schemas, name, [name])] as const,
  );
  for (const [schema, example] of made) if (example !== undefined) schema.examples ??= [example];
}
