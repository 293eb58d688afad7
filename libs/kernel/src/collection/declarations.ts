/** What clients may ask of a collection, by the names of the entity's properties. */
export interface CollectionDeclarations {
  readonly filterable: readonly string[];
  readonly sortable: readonly string[];
  readonly embeddable: readonly string[];
}

const FILTERABLE = Symbol('tenantry:filterable');
const SORTABLE = Symbol('tenantry:sortable');
const EMBEDDABLE = Symbol('tenantry:embeddable');
const RESOURCES = Symbol('tenantry:embedded-resources');

/** What else is said of a relation that can be embedded. */
export interface EmbeddableOptions {
  /**
   * Path of the route that reads a related row, such as `/customers/:id`. Its last parameter is the related row's id, one
   * before it the owner's.
   */
  readonly resource?: string;
}

/**
 * Clients may filter collections of this entity by the column: `?filter[status]=open`. It must lead an index.
 *
 * @since 0.1.0
 */
export function Filterable(): PropertyDecorator {
  return declare(FILTERABLE);
}

/**
 * Clients may sort collections of this entity by the column: `?sort=-createdAt`. It must lead a B-tree index.
 *
 * @since 0.1.0
 */
export function Sortable(): PropertyDecorator {
  return declare(SORTABLE);
}

/**
 * Clients may have the relation's rows embedded: `?embed=lines`. With a `resource` they have its links, and only who may
 * read that may embed them. Without one, who may read the entity reads every selected column of the related one.
 *
 * @since 0.1.0
 */
export function Embeddable({ resource }: EmbeddableOptions = {}): PropertyDecorator {
  return (target, name) => {
    declare(EMBEDDABLE)(target, name);
    if (resource === undefined) return;
    const { constructor } = target;
    const others = Reflect.getMetadata(RESOURCES, constructor) as Record<string, string> | undefined;
    Reflect.defineMetadata(RESOURCES, { ...others, [String(name)]: resource }, constructor);
  };
}

/** Path of the route that reads the rows of a relation, where its entity says it. */
export function embeddedResource(entity: object, relation: string): string | undefined {
  return (Reflect.getMetadata(RESOURCES, entity) as Record<string, string> | undefined)?.[relation];
}

/** What an entity class and the classes it extends declare. */
export function collectionDeclarations(entity: object): CollectionDeclarations {
  return {
    filterable: namesOf(FILTERABLE, entity),
    sortable: namesOf(SORTABLE, entity),
    embeddable: namesOf(EMBEDDABLE, entity),
  };
}

function declare(kind: symbol): PropertyDecorator {
  return ({ constructor }, name) =>
    // A new list each time: a class must not add to the list of the one it extends.
    Reflect.defineMetadata(kind, [...namesOf(kind, constructor), String(name)], constructor);
}

function namesOf(kind: symbol, entity: object): readonly string[] {
  return (Reflect.getMetadata(kind, entity) as string[] | undefined) ?? [];
}
