const EPHEMERAL = Symbol.for('tenantry:ephemeral');

/**
 * The rows of this entity stand for something under way, such as sessions: they are in a tenant's export, but neither a
 * clone nor a restored tenant begins with them. No table that is copied may refer to them.
 *
 * @since 0.1.0
 */
export function Ephemeral(): ClassDecorator {
  return (entity: object) => Reflect.defineMetadata(EPHEMERAL, true, entity);
}

/** Whether `@Ephemeral()` stands on the entity's class. */
export function isEphemeral(entity: object): boolean {
  return Reflect.getMetadata(EPHEMERAL, entity) === true;
}
