import type { JsonObject, JsonSchema } from '@tenantry/kernel';
import { fieldConversion, type Direction, type ObjectConversion } from './field-conversion.js';
import { fits, nameOf } from './schema-walk.js';
import type { VersionStep } from './version-step.js';

/** What becomes of a value; undefined where nothing does. The value itself stays as it is. */
export type Conversion = ((value: unknown) => unknown) | undefined;

type Steps = readonly VersionStep[];

/**
 * Conversions of values over some steps, worked out once for each schema: what remains to do with a value is to copy
 * the objects that change, and those that hold them.
 */
export class ValueConversions {
  private readonly known = new Map<string, { conversion: Conversion }>();
  private readonly inline = new WeakMap<JsonSchema, { conversion: Conversion }>();

  /** @param steps in the order in which a value goes through them */
  constructor(
    private readonly steps: Steps,
    private readonly direction: Direction,
  ) {}

  of(schema: JsonSchema): Conversion {
    const known = this.inline.get(schema);
    if (known) return known.conversion;
    const conversion = this.make(schema, this.steps);
    this.inline.set(schema, { conversion });
    return conversion;
  }

  private make(schema: JsonSchema, all: Steps): Conversion {
    const steps = all.filter((step) => step.side(this.direction).reaches(schema));
    if (steps.length === 0) return undefined;
    const name = nameOf(schema);
    if (name !== undefined) return this.named(name, steps);
    const items = schema.items && this.make(schema.items, steps);
    const parts = (schema.allOf ?? []).map((part) => this.make(part, steps));
    const chosen = this.alternatives([...(schema.anyOf ?? []), ...(schema.oneOf ?? [])], steps);
    const properties = this.properties(schema, steps);
    const wholes = [...parts, chosen].filter((each) => each !== undefined);
    return onValue((value) => {
      const made = wholes.reduce<unknown>((each, convert) => convert(each), value);
      if (!Array.isArray(made)) return properties ? properties(made) : made;
      return items ? made.map((item: unknown) => items(item)) : (made as unknown);
    });
  }

  /** A schema may contain itself: the conversion is there before what it consists of. */
  private named(name: string, steps: Steps): Conversion {
    const key = `${name} ${steps.map((step) => this.steps.indexOf(step)).join()}`;
    const known = this.known.get(key);
    if (known) return (value) => (known.conversion ? known.conversion(value) : value);
    const entry: { conversion: Conversion } = { conversion: undefined };
    this.known.set(key, entry);
    entry.conversion = this.component(name, steps);
    return entry.conversion;
  }

  /**
   * Its inside is one and the same in all steps if none changes it, and nobody looks if none reaches further: then they
   * are done together. Else each step finds the shape that the one before has left.
   */
  private component(name: string, steps: Steps): Conversion {
    const isTarget = steps.some((step) => step.changesOf(name).length > 0);
    const inside = (step: VersionStep) => step.side(this.direction).componentOf(name);
    if (!isTarget) return this.make(inside(steps[0] as VersionStep), steps);
    if (steps.length === 1 || steps.every((step) => !step.side(this.direction).reaches(inside(step)))) {
      const own = this.own(name, steps);
      const children = steps.length === 1 ? this.make(inside(steps[0] as VersionStep), steps) : undefined;
      return onValue((value) => {
        const made = children ? children(value) : value;
        return Array.isArray(made) ? made : own(made as JsonObject);
      });
    }
    const single = steps.map((step) => this.named(name, [step])).filter((each) => each !== undefined);
    return (value) => single.reduce((made, convert) => convert(made), value);
  }

  private own(name: string, steps: Steps): ObjectConversion {
    const changes = steps.flatMap((step) => {
      const own = step.changesOf(name);
      return this.direction === 'up' ? own : [...own].reverse();
    });
    return fieldConversion(changes, this.direction);
  }

  private properties({ properties = {}, additionalProperties }: JsonSchema, steps: Steps): Conversion {
    const named = Object.entries(properties).flatMap(([name, schema]) => {
      const convert = this.make(schema, steps);
      return convert ? [[name, convert] as const] : [];
    });
    const others = typeof additionalProperties === 'object' ? this.make(additionalProperties, steps) : undefined;
    if (named.length === 0 && !others) return undefined;
    return (value) => {
      const object = value as JsonObject;
      const made: Record<string, unknown> = { ...object };
      for (const [name, convert] of named) if (Object.hasOwn(object, name)) made[name] = convert(object[name]);
      if (!others) return made;
      const rest = Object.keys(object).filter((name) => !Object.hasOwn(properties, name));
      for (const name of rest) made[name] = others(object[name]);
      return made;
    };
  }

  /** Of several alternatives the one whose required properties are all there. */
  private alternatives(schemas: readonly JsonSchema[], steps: Steps): Conversion {
    const [first] = steps;
    if (schemas.length === 0 || !first) return undefined;
    const { components } = first.side(this.direction);
    const made = schemas.map((schema) => ({ schema, convert: this.make(schema, steps) }));
    return (value) => {
      const { convert } = made.find(({ schema }) => fits(value as object, schema, components)) ?? {};
      return convert ? convert(value) : value;
    };
  }
}

/** Rows may hold dates and such, which say themselves what they are as JSON. */
function onValue(convert: (value: object) => unknown): Conversion {
  return (value) => {
    const json = isJsonable(value) ? value.toJSON() : value;
    return typeof json === 'object' && json !== null ? convert(json) : json;
  };
}

function isJsonable(value: unknown): value is { toJSON(): unknown } {
  return typeof (value as { toJSON?: unknown } | null)?.toJSON === 'function';
}
