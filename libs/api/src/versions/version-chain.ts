import type { ApiVersions, JsonSchema } from '@tenantry/kernel';
import { ApiChangeFault } from './api-change.fault.js';
import { bodySchema, operationsOf, type ContractDocument } from './contract-document.js';
import { describeQueries } from './describe-queries.js';
import { documentBefore } from './document-before.js';
import type { ModuleChange } from './module-change.js';
import { SchemaWalk, type Components } from './schema-walk.js';
import { withUsedSchemas } from './used-schemas.js';
import { ValueConversions } from './value-conversion.js';
import { byName, VersionStep } from './version-step.js';

interface DatedStep {
  readonly date: string;
  readonly step: VersionStep;
}

/** Between a version and the newest. */
interface Way {
  readonly up: ValueConversions;
  readonly down: ValueConversions;
}

/**
 * Every version of the contract and the way between them. Knows of values only what their schemas in the OpenAPI
 * document say, so that a change applies wherever its schema stands: alone, embedded, in lists.
 */
export class VersionChain {
  /** Newest first. */
  private readonly steps: readonly DatedStep[];
  private readonly ways = new Map<string, Way>();
  private readonly documents = new Map<string, ContractDocument>();

  /**
   * @param document of the newest version
   * @throws ApiChangeFault
   */
  constructor(
    readonly versions: ApiVersions,
    readonly changes: readonly ModuleChange[],
    private readonly newest: ContractDocument,
  ) {
    checkReached(changes, newest);
    const steps: DatedStep[] = [];
    let schemas = newest.components?.schemas ?? {};
    for (const date of [...versions.all].reverse()) {
      const own = changes.filter(({ change }) => change.date === date);
      if (own.length === 0) continue;
      const before = schemasBefore(schemas, own);
      steps.push({
        date,
        step: new VersionStep(
          before,
          schemas,
          own.flatMap(({ change }) => change.schemas),
        ),
      });
      schemas = before;
    }
    this.steps = steps;
  }

  /** Whether values of this schema differ between this version and the newest. */
  touches(version: string, schema: JsonSchema): boolean {
    return this.stepsSince(version).some(({ step }) => step.touches(schema));
  }

  /** A request of this version in the newest shape. */
  up(version: string, value: unknown, schema: JsonSchema): unknown {
    return convert(this.wayOf(version).up, value, schema);
  }

  /** An answer in the newest shape as one of this version. */
  down(version: string, value: unknown, schema: JsonSchema): unknown {
    return convert(this.wayOf(version).down, value, schema);
  }

  /** Where a fault of a request's body stood for a caller of this version, as segments of a JSON pointer. */
  pathFor(version: string, path: readonly string[], schema: JsonSchema): string[] {
    return this.stepsSince(version).reduce((made, { step }) => step.pathBefore(made, schema), [...path]);
  }

  /** Name in the newest version of a field that a caller of this version names; undefined where it has none. */
  fieldNow(version: string, schema: string, field: string): string | undefined {
    return this.stepsSince(version).reduceRight<string | undefined>(
      (name, { step }) => (name === undefined ? undefined : step.nameNow(schema, name)),
      field,
    );
  }

  /** Values of the newest version that a value of a field stands for; undefined where they are the same. */
  valuesNow(version: string, schema: string, field: string, value: string): readonly string[] | undefined {
    let name: string | undefined = field;
    let made: readonly string[] | undefined;
    for (const { step } of [...this.stepsSince(version)].reverse()) {
      if (name === undefined) break;
      made = step.valuesNow(schema, name, made ?? [value]) ?? made;
      name = step.nameNow(schema, name);
    }
    return made;
  }

  /** Whether fields of this very schema changed between this version and the newest. */
  changesFieldsOf(version: string, schema: string): boolean {
    return this.stepsSince(version).some(({ step }) => step.changesFieldsOf(schema));
  }

  /** The schemas of a version. */
  schemasOf(version: string): Components {
    return this.stepsSince(version).at(-1)?.step.schemasBefore ?? this.newest.components?.schemas ?? {};
  }

  schemaOf(version: string, schema: string): JsonSchema {
    return this.schemasOf(version)[schema] ?? {};
  }

  propertiesOf(version: string, schema: string): string[] {
    return Object.keys(this.schemaOf(version, schema).properties ?? {});
  }

  /** The OpenAPI document of a version. */
  documentOf(version: string): ContractDocument {
    const known = this.documents.get(version);
    if (known) return known;
    const document = this.stepsSince(version).reduce<ContractDocument>(
      (made, { step }) => documentBefore(made, step),
      this.newest,
    );
    const own = version === this.versions.newest ? document : withUsedSchemas(document);
    const dated = { ...describeQueries(own, this, version), info: { ...document.info, version } };
    this.documents.set(version, dated);
    return dated;
  }

  /** What changed after this version, newest first. */
  changesSince(version: string): ModuleChange[] {
    return this.changes.filter(({ change }) => change.date > version).reverse();
  }

  private wayOf(version: string): Way {
    const known = this.ways.get(version);
    if (known) return known;
    const down = this.stepsSince(version).map(({ step }) => step);
    const way = {
      up: new ValueConversions([...down].reverse(), 'up'),
      down: new ValueConversions(down, 'down'),
    };
    this.ways.set(version, way);
    return way;
  }

  private stepsSince(version: string): readonly DatedStep[] {
    return this.steps.filter(({ date }) => date > version);
  }
}

function convert(conversions: ValueConversions, value: unknown, schema: JsonSchema): unknown {
  const conversion = conversions.of(schema);
  return conversion ? conversion(value) : value;
}

/** A change of a schema that no route has would never be seen: most likely its name is wrong. */
function checkReached(changes: readonly ModuleChange[], document: ContractDocument): void {
  const components = document.components?.schemas ?? {};
  const bodies = operationsOf(document)
    .flatMap(({ requestBody, responses }) => [requestBody, ...Object.values(responses ?? {})])
    .map(bodySchema)
    .filter((schema) => schema !== undefined);
  for (const { module, name, change } of changes) {
    if (change.schemas.length === 0) throw new ApiChangeFault(module, name, 'it changes no schema.');
    for (const { schema } of change.schemas) {
      const walk = new SchemaWalk(components, new Set([schema]));
      const isReached = Object.hasOwn(components, schema) && bodies.some((body) => walk.reaches(body));
      if (!isReached) throw new ApiChangeFault(module, name, `no route takes or answers "${schema}".`);
    }
  }
}

function schemasBefore(schemas: Components, changes: readonly ModuleChange[]): Components {
  const made: Record<string, JsonSchema> = { ...schemas };
  for (const { module, name, change } of [...changes].reverse()) {
    for (const [schema, fields] of byName(change.schemas)) {
      for (const field of [...fields].reverse()) {
        const now = made[schema] ?? {};
        const missing = field.fields.find((each) => !Object.hasOwn(now.properties ?? {}, each));
        if (missing !== undefined) throw new ApiChangeFault(module, name, `"${schema}" has no field "${missing}".`);
        try {
          made[schema] = field.schemaBefore(now);
        } catch (error) {
          throw new ApiChangeFault(module, name, `"${schema}": ${(error as Error).message}`);
        }
      }
    }
  }
  return made;
}
