import type { EventDefinition } from './define-event.js';
import { checkDottedName } from './task.decorator.js';

/**
 * Something that happened, as a listener gets it.
 *
 * @since 0.1.0
 */
export interface DomainEvent<Payload = Record<string, unknown>> {
  /** UUIDv7; the same each time it is delivered. */
  readonly id: string;
  /** `area.what-happened`, such as `notes.note-created`. */
  readonly type: string;
  /** Name of the payload's schema, such as `NoteCreated`. */
  readonly schema: string;
  readonly tenantId: string;
  readonly payload: Payload;
  readonly occurredAt: Date;
}

/** What `@OnEvent` said of a method. */
export interface DeclaredListener {
  readonly type: string;
  /** By default made of the class's and the method's names. */
  readonly name?: string;
}

const LISTENER = Symbol.for('tenantry:listener');

/**
 * The method is told of every event of this type: at least once, for each tenant in the order in which they happened, inside
 * the tenant. While it fails, that tenant's later events of this listener wait; after its last attempt the event is left
 * among the dead jobs and the next is delivered. Events `tenant.*` are told outside the tenant when it is not active.
 *
 * @param event of `defineEvent`, or its type
 * @param options.name keeps the listener's place when the class or method is renamed
 * @since 0.1.0
 */
export function OnEvent(event: EventDefinition | string, options: { readonly name?: string } = {}): MethodDecorator {
  const type = typeof event === 'string' ? event : event.type;
  checkDottedName(type);
  if (options.name !== undefined) checkDottedName(options.name);
  return (_target, _key, descriptor: PropertyDescriptor) => {
    const declared: DeclaredListener = { type, ...options };
    Reflect.defineMetadata(LISTENER, declared, descriptor.value as object);
  };
}

export function declaredListener(method: object): DeclaredListener | undefined {
  return Reflect.getOwnMetadata(LISTENER, method) as DeclaredListener | undefined;
}
