import type { Type } from '@nestjs/common';
import { checkDottedName } from './task.decorator.js';

/**
 * An event that a module tells: its type, and the class of its payload. The class's name is the name of the payload's
 * schema, under which a later version of the contract will say how it has changed.
 *
 * @since 0.1.0
 */
export interface EventDefinition<Payload extends object = object> {
  /** `area.what-happened`, in the past tense, unique in the installation. */
  readonly type: string;
  readonly payload: Type<Payload>;
}

/**
 * Declares an event, for the module's `events`, for `@OnEvent` and for a typed `Events.emit`.
 *
 * @param payload what listeners get: what JSON can say, ids rather than rows, nothing secret
 * @throws when the type is not of the form `area.what-happened`
 * @since 0.1.0
 */
export function defineEvent<Payload extends object>(type: string, payload: Type<Payload>): EventDefinition<Payload> {
  checkDottedName(type);
  return { type, payload };
}
