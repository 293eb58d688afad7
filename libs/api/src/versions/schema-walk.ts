import type { JsonSchema } from '@tenantry/kernel';

export type Components = Readonly<Record<string, JsonSchema>>;

const REF = '#/components/schemas/';

/** Knows where the objects of some named schemas may stand. */
export class SchemaWalk {
  private readonly reaching = new Map<string, boolean>();

  /** @param targets names of these schemas */
  constructor(
    readonly components: Components,
    private readonly targets: ReadonlySet<string>,
  ) {}

  /** Whether an object of a target can stand anywhere in a value of this schema. */
  reaches(schema: JsonSchema): boolean {
    const name = nameOf(schema);
    if (name === undefined) return childrenOf(schema).some((child) => this.reaches(child));
    if (this.targets.has(name)) return true;
    const known = this.reaching.get(name);
    if (known !== undefined) return known;
    this.reaching.set(name, false); // a schema that contains itself reaches no more by that
    const reaches = childrenOf(this.componentOf(name)).some((child) => this.reaches(child));
    this.reaching.set(name, reaches);
    return reaches;
  }

  /** What the component of this name is. */
  componentOf(name: string): JsonSchema {
    return this.components[name] ?? {};
  }
}

/** Whether a value has all that a schema requires. */
export function fits(value: object, schema: JsonSchema, components: Components): boolean {
  const name = nameOf(schema);
  const { type, required = [] } = name === undefined ? schema : (components[name] ?? {});
  const types = type === undefined ? undefined : [type].flat();
  if (Array.isArray(value)) return types?.includes('array') ?? false;
  const object = value as Readonly<Record<string, unknown>>;
  return (types?.includes('object') ?? true) && required.every((each) => object[each] !== undefined);
}

/** Name of the component that a schema refers to. */
export function nameOf({ $ref }: JsonSchema): string | undefined {
  return $ref?.startsWith(REF) ? $ref.slice(REF.length) : undefined;
}

function childrenOf({ properties, items, additionalProperties, allOf, anyOf, oneOf }: JsonSchema): JsonSchema[] {
  return [
    ...Object.values(properties ?? {}),
    ...(items ? [items] : []),
    ...(typeof additionalProperties === 'object' ? [additionalProperties] : []),
    ...(allOf ?? []),
    ...(anyOf ?? []),
    ...(oneOf ?? []),
  ];
}
