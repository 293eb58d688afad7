import type { JsonSchema } from '@tenantry/kernel';
import type { Body, ContractDocument, Operation } from './contract-document.js';
import type { VersionStep } from './version-step.js';

/** The document of the version before: its schemas, and its examples in their shapes. */
export function documentBefore(document: ContractDocument, step: VersionStep): ContractDocument {
  const shown = document.components?.schemas ?? {};
  const schemas = Object.entries(step.schemasBefore).map(
    ([name, schema]) =>
      [name, withExamples(schema, shown[name], { $ref: `#/components/schemas/${name}` }, step)] as const,
  );
  return {
    ...document,
    paths: mapValues(document.paths, (item) =>
      mapValues(item, (part) => (isOperation(part) ? operationBefore(part, step) : part)),
    ),
    components: { ...document.components, schemas: Object.fromEntries(schemas) },
  };
}

function operationBefore(operation: Operation, step: VersionStep): Operation {
  const { requestBody, responses } = operation;
  return {
    ...operation,
    ...(requestBody && { requestBody: bodyBefore(requestBody, step) }),
    ...(responses && { responses: mapValues(responses, (body) => body && bodyBefore(body, step)) }),
  };
}

function bodyBefore(body: Body, step: VersionStep): Body {
  if (!body.content) return body;
  const content = mapValues(body.content, (media) => {
    if (!media?.schema || media.example === undefined) return media;
    return { ...media, example: step.down(media.example, media.schema) };
  });
  return { ...body, content };
}

/** @param shown the schema as the document has it: its examples have come down to the version after this step's */
function withExamples(
  schema: JsonSchema,
  shown: JsonSchema | undefined,
  reference: JsonSchema,
  step: VersionStep,
): JsonSchema {
  const { example, examples } = shown ?? {};
  return {
    ...schema,
    ...(example !== undefined && { example: step.down(example, reference) }),
    ...(examples && { examples: examples.map((each) => step.down(each, reference)) }),
  };
}

function isOperation(part: unknown): part is Operation {
  return typeof part === 'object' && part !== null && 'responses' in part;
}

function mapValues<From, To>(object: Readonly<Record<string, From>>, change: (value: From) => To): Record<string, To> {
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [name, change(value)]));
}
