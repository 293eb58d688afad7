/** What `@Cron` said of a method. */
export interface DeclaredCron {
  readonly expression: string;
  /** The method's own task when absent. */
  readonly task?: string;
}

const CRON = Symbol.for('tenantry:cron');

/**
 * Enqueues a task, with an empty payload, for every active tenant at each minute that matches: five fields of crontab(5),
 * in UTC. Once for each tenant and minute, however many processes there are, at a second of that minute that depends on the
 * tenant. A minute in which no process ran is left out, and so is a tenant whose job of before still waits.
 *
 * @param options.task name of the task; by default the one that the same method has by `@Task`
 * @since 0.1.0
 */
export function Cron(expression: string, options: { readonly task?: string } = {}): MethodDecorator {
  return (_target, _key, descriptor: PropertyDescriptor) => {
    const method = descriptor.value as object;
    const declared: DeclaredCron = { expression, ...options };
    Reflect.defineMetadata(CRON, [...declaredCrons(method), declared], method);
  };
}

export function declaredCrons(method: object): readonly DeclaredCron[] {
  return (Reflect.getOwnMetadata(CRON, method) as DeclaredCron[] | undefined) ?? [];
}
