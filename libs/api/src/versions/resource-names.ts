import type { VersionChain } from './version-chain.js';

/** What clients may filter and sort a collection by, in the names of the newest version. */
export interface CollectionNames {
  readonly filter: readonly string[];
  readonly sort: readonly string[];
}

/** Not properties of the resource, but of its document. */
const OF_DOCUMENTS = new Set(['_links', '_embedded', '_templates']);

/** The names that a caller of one version uses for the properties of a resource, and what they are in the newest. */
export class ResourceNames {
  /** Properties of the resource in this version, for `fields`. */
  readonly properties: readonly string[];
  private readonly newest: ReadonlySet<string>;
  private readonly now: ReadonlyMap<string, string>;

  /**
   * @param schema name of the resource's schema
   * @param declared absent where nobody says what the collection is of
   */
  constructor(
    private readonly chain: VersionChain,
    private readonly version: string,
    private readonly schema: string,
    private readonly declared?: CollectionNames,
  ) {
    this.properties = chain.propertiesOf(version, schema).filter((name) => !OF_DOCUMENTS.has(name));
    this.newest = new Set(chain.propertiesOf(chain.versions.newest, schema));
    this.now = this.namesNow();
  }

  /** What this version filters by; undefined where nobody says it. */
  get filter(): string[] | undefined {
    return this.declared && this.before(this.declared.filter);
  }

  /** What this version sorts by; undefined where nobody says it. */
  get sort(): string[] | undefined {
    return this.declared && this.before(this.declared.sort);
  }

  /** Name in the newest version, or undefined where there is none. */
  nameNow(name: string): string | undefined {
    const now = this.now.get(name);
    if (now !== undefined) return now;
    return this.declared || this.newest.has(name) || this.properties.includes(name) ? undefined : name;
  }

  /** Name in this version of a property of the newest. */
  nameBefore(now: string): string {
    return [...this.now].find(([, each]) => each === now)?.[0] ?? now;
  }

  /** Values of the newest version that a value of this one stands for; undefined where they are the same. */
  valuesNow(name: string, value: string): readonly string[] | undefined {
    return this.chain.valuesNow(this.version, this.schema, name, value);
  }

  /** The values that a property has in this version, if they are listed. */
  valuesOf(name: string): readonly unknown[] {
    return this.chain.schemaOf(this.version, this.schema).properties?.[name]?.enum ?? [];
  }

  /**
   * Names of a resource that its answer can have, by those that the newest has.
   *
   * @param told properties of the newest version, which its schema may not all have
   */
  toldIn(told: readonly string[]): string[] {
    return [...this.properties, ...told.filter((name) => !this.newest.has(name) && !this.properties.includes(name))];
  }

  private before(names: readonly string[]): string[] {
    const before = new Map([...this.now].map(([name, now]) => [now, name]));
    return names.flatMap((now) => before.get(now) ?? []);
  }

  private namesNow(): Map<string, string> {
    const names = new Map<string, string>();
    for (const name of this.properties) {
      const now = this.chain.fieldNow(this.version, this.schema, name);
      if (now !== undefined) names.set(name, now);
    }
    // What is declared and in no answer of the newest version has never had another name.
    const { filter = [], sort = [] } = this.declared ?? {};
    for (const name of [...filter, ...sort]) if (!this.newest.has(name) && !names.has(name)) names.set(name, name);
    return names;
  }
}
