import type { FieldChange, JsonSchema, SchemaChange } from '@tenantry/kernel';
import type { Direction } from './field-conversion.js';
import { nameOf, SchemaWalk, type Components } from './schema-walk.js';
import { ValueConversions } from './value-conversion.js';

/** From one version to the next: the changes of one date, and the schemas on both sides. */
export class VersionStep {
  private readonly changes: ReadonlyMap<string, readonly FieldChange[]>;
  private readonly before: SchemaWalk;
  private readonly now: SchemaWalk;
  private readonly downwards = new ValueConversions([this], 'down');

  /**
   * @param schemasBefore of the version before
   * @param schemasNow of the version that the changes made
   */
  constructor(
    readonly schemasBefore: Components,
    private readonly schemasNow: Components,
    changes: readonly SchemaChange[],
  ) {
    this.changes = byName(changes);
    const names = new Set(this.changes.keys());
    this.before = new SchemaWalk(schemasBefore, names);
    this.now = new SchemaWalk(schemasNow, names);
  }

  /** Whether a value of this schema may change in this step. */
  touches(schema: JsonSchema): boolean {
    return this.now.reaches(schema) || this.before.reaches(schema);
  }

  /** The side from which values go in this direction. */
  side(direction: Direction): SchemaWalk {
    return direction === 'up' ? this.before : this.now;
  }

  /** An answer of the newer version as one of the version before. The value must be plain JSON. */
  down(value: unknown, schema: JsonSchema): unknown {
    const convert = this.downwards.of(schema);
    return convert ? convert(value) : value;
  }

  /**
   * Where a fault of a request stood in the version before.
   *
   * @param path segments of a JSON pointer (RFC 6901) into a value of this schema
   */
  pathBefore(path: readonly string[], schema: JsonSchema): string[] {
    const [first, ...rest] = path;
    if (first === undefined) return [];
    const name = nameOf(schema);
    const { items, properties = {} } = name === undefined ? schema : (this.schemasNow[name] ?? {});
    if (items) return [first, ...this.pathBefore(rest, items)];
    if (name === undefined || !this.changes.has(name))
      return [first, ...this.pathBefore(rest, properties[first] ?? {})];
    // A field may have come from inside another: the longest part of the path that has a name of its own there.
    for (let length = path.length; length > 0; length -= 1) {
      const joined = path.slice(0, length).join('/');
      const before = this.nameBefore(name, joined);
      if (before !== joined) return [before, ...this.below(name, before, path.slice(length), properties[first])];
    }
    return [first, ...this.pathBefore(rest, properties[first] ?? {})];
  }

  /** The rest of a path, if the field of the version before has an inside at all. */
  private below(name: string, field: string, rest: readonly string[], schema: JsonSchema = {}): string[] {
    const before = this.schemasBefore[name]?.properties?.[field] ?? {};
    const hasInside = before.$ref ?? before.properties ?? before.items ?? before.allOf ?? before.anyOf ?? before.oneOf;
    return hasInside ? this.pathBefore(rest, schema) : [];
  }

  private nameBefore(schema: string, field: string): string {
    return [...this.changesOf(schema)].reverse().reduce((name, change) => change.nameBefore(name), field);
  }

  /** Name in the newer version of a field of this schema, if it has one. */
  nameNow(schema: string, field: string): string | undefined {
    return this.changesOf(schema).reduce<string | undefined>(
      (name, change) => (name === undefined ? undefined : change.nameNow(name)),
      field,
    );
  }

  /** Values of the newer version that these values of a field stand for; undefined where they are the same. */
  valuesNow(schema: string, field: string, values: readonly string[]): readonly string[] | undefined {
    let name: string | undefined = field;
    let made: readonly string[] | undefined;
    for (const change of this.changesOf(schema)) {
      if (name === undefined) break;
      const now: string = name;
      const own = (made ?? values).map((value) => change.valuesNow?.(now, value));
      if (own.some((each) => each !== undefined)) made = own.flatMap((each) => each ?? []);
      name = change.nameNow(name);
    }
    return made;
  }

  /** Whether fields of this very schema changed. */
  changesFieldsOf(schema: string): boolean {
    return this.changes.has(schema);
  }

  /** What this step changes of a schema, in the order in which requests are migrated. */
  changesOf(schema: string): readonly FieldChange[] {
    return this.changes.get(schema) ?? [];
  }
}

/** Changes of several modules to one schema follow each other. */
export function byName(changes: readonly SchemaChange[]): Map<string, FieldChange[]> {
  const all = new Map<string, FieldChange[]>();
  for (const { schema, changes: own } of changes) all.set(schema, [...(all.get(schema) ?? []), ...own]);
  return all;
}
