/** What clients may ask of a collection, by the names of the entity's properties. */
export interface CollectionDeclarations {
  readonly filterable: readonly string[];
  readonly sortable: readonly string[];
  readonly embeddable: readonly string[];
}

const FILTERABLE = Symbol('tenantry:filterable');
const SORTABLE = Symbol('tenantry:sortable');
const EMBEDDABLE = Symbol('tenantry:embeddable');

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
 * Clients may have the relation's rows embedded: `?embed=lines`. Who may read the entity then reads every selected
 * column of the related one, whatever permission its own routes require.
 *
 * @since 0.1.0
 */
export function Embeddable(): PropertyDecorator {
  return declare(EMBEDDABLE);
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
