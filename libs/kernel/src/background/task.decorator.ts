import type { Type } from '@nestjs/common';

/**
 * A task that can be enqueued: its name, and the class that its payload is validated against.
 *
 * @since 0.1.0
 */
export interface TaskDefinition<Payload extends object> {
  /** `area.what-to-do`, unique in the installation. */
  readonly name: string;
  readonly payload: Type<Payload>;
}

/** What runs a job is told of it, as the second argument. */
export interface JobRun {
  /** UUIDv7 of the job: the same at each attempt, so a key for what must not happen twice. */
  readonly id: string;
  /** 1 for the first. */
  readonly attempt: number;
  readonly maxAttempts: number;
}

export const TASK = Symbol.for('tenantry:task');

const NAME = /^[a-z][a-z0-9-]*(\.[a-z][a-z0-9-]*)+$/;

/** @throws when the name is not of the form `area.what` */
export function checkDottedName(name: string): void {
  if (!NAME.test(name) || name.length > 100)
    throw new Error(`"${name}" is no name of a task, listener or event: write area.what, in a-z, 0-9 and "-".`);
}

/**
 * Names a task and the class of its payload, for `@Task` and for a typed `Tasks.enqueue`.
 *
 * @since 0.1.0
 */
export function defineTask<Payload extends object>(name: string, payload: Type<Payload>): TaskDefinition<Payload> {
  checkDottedName(name);
  return { name, payload };
}

/**
 * The method does this task: it is called with the payload and a `JobRun`, inside the tenant that the job is of. At least
 * once: a process may die after the work and before its record. A rejection is retried with growing pauses.
 *
 * @since 0.1.0
 */
export function Task(task: TaskDefinition<object> | string): MethodDecorator {
  const name = typeof task === 'string' ? task : task.name;
  checkDottedName(name);
  return (target, key, descriptor: PropertyDescriptor) => {
    const [declared] = (Reflect.getMetadata('design:paramtypes', target, key) as Type<object>[] | undefined) ?? [];
    const payload = typeof task === 'string' ? declared : task.payload;
    const definition = { name, payload: payload === Object ? undefined : payload };
    Reflect.defineMetadata(TASK, definition, descriptor.value as object);
  };
}

/** What `@Task` said of a method. The payload is undefined where the method takes none, or one of no class. */
export interface DeclaredTask {
  readonly name: string;
  readonly payload?: Type<object>;
}

export function declaredTask(method: object): DeclaredTask | undefined {
  return Reflect.getOwnMetadata(TASK, method) as DeclaredTask | undefined;
}
