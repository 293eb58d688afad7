import type { JsonObject, JsonSchema } from '@tenantry/kernel';

export type Components = Readonly<Record<string, JsonSchema>>;

/** Changes an object that stands under a named schema. */
export type Visit = (name: string, object: JsonObject) => JsonObject;

const REF = '#/components/schemas/';

/** Finds the objects of some named schemas in a value, wherever its schema says that they stand. */
export class SchemaWalk {
  private readonly reaching = new Map<string, boolean>();

  /** @param targets names of the schemas whose objects are visited */
  constructor(
    private readonly components: Components,
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
    const reaches = childrenOf(this.components[name] ?? {}).some((child) => this.reaches(child));
    this.reaching.set(name, reaches);
    return reaches;
  }

  /** The value with what `visit` makes of each object of a target, innermost first. The value itself stays as it is. */
  apply(value: unknown, schema: JsonSchema, visit: Visit): unknown {
    if (typeof value !== 'object' || value === null || !this.reaches(schema)) return value;
    const name = nameOf(schema);
    if (name !== undefined) return this.applyNamed(value, name, visit);
    const whole = (schema.allOf ?? []).reduce((made, part) => this.apply(made, part, visit), value as unknown);
    const alternatives = [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])];
    const fitting = alternatives.find((each) => this.fits(value, each));
    const chosen = fitting ? this.apply(whole, fitting, visit) : whole;
    if (!Array.isArray(chosen)) return this.applyProperties(chosen as JsonObject, schema, visit);
    const { items } = schema;
    return items ? chosen.map((each: unknown) => this.apply(each, items, visit)) : chosen;
  }

  private applyNamed(value: object, name: string, visit: Visit): unknown {
    const made = this.apply(value, this.components[name] ?? {}, visit);
    return this.targets.has(name) && !Array.isArray(made) ? visit(name, made as JsonObject) : made;
  }

  private applyProperties(object: JsonObject, { properties = {}, additionalProperties }: JsonSchema, visit: Visit) {
    const others = typeof additionalProperties === 'object' ? additionalProperties : undefined;
    const made = Object.entries(object).map(([name, value]) => {
      const schema = Object.hasOwn(properties, name) ? properties[name] : others;
      return [name, schema ? this.apply(value, schema, visit) : value] as const;
    });
    return Object.fromEntries(made);
  }

  /** Of several alternatives the one whose required properties are all there. */
  private fits(value: object, schema: JsonSchema): boolean {
    const name = nameOf(schema);
    const { type, required = [] } = name === undefined ? schema : (this.components[name] ?? {});
    const types = type === undefined ? undefined : [type].flat();
    if (Array.isArray(value)) return types?.includes('array') ?? false;
    return (types?.includes('object') ?? true) && required.every((each) => Object.hasOwn(value, each));
  }
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
