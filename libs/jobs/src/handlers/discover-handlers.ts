import { MetadataScanner, type DiscoveryService } from '@nestjs/core';
import { declaredCrons, declaredListener, declaredTask } from '@tenantry/kernel';
import { parseCronItem } from 'graphile-worker';
import { HandlerFault, Handlers } from './handlers.js';

type Methods = Record<string, (...args: unknown[]) => unknown>;
type Wrapper = ReturnType<DiscoveryService['getProviders']>[number];

/**
 * Finds the methods with `@Task`, `@OnEvent` and `@Cron` on all providers.
 *
 * @throws HandlerFault for names used twice, crons without a task, and providers that are made anew for each request
 */
export function discoverHandlers(discovery: DiscoveryService): Handlers {
  const handlers = new Handlers();
  const scanner = new MetadataScanner();
  const seen = new Set<unknown>();
  for (const wrapper of discovery.getProviders()) {
    const { metatype } = wrapper;
    const prototype: unknown = typeof metatype === 'function' ? metatype.prototype : undefined;
    if (!prototype || typeof prototype !== 'object' || seen.has(metatype)) continue;
    const names = scanner.getAllMethodNames(prototype);
    for (const name of names) if (addMethod(handlers, wrapper, prototype as Methods, name)) seen.add(metatype);
  }
  for (const { task, expression } of handlers.crons) {
    if (!handlers.tasks.has(task))
      throw new HandlerFault(`@Cron('${expression}')`, `names the task "${task}", which nobody does.`);
  }
  return handlers;
}

function addMethod(handlers: Handlers, wrapper: Wrapper, prototype: Methods, name: string): boolean {
  const method = prototype[name];
  if (typeof method !== 'function') return false;
  const [task, listener, crons] = [declaredTask(method), declaredListener(method), declaredCrons(method)];
  if (!task && !listener && crons.length === 0) return false;
  const where = `${wrapper.name}.${name}`;
  const instance = wrapper.instance as object | undefined;
  if (!wrapper.isDependencyTreeStatic() || !instance)
    throw new HandlerFault(where, 'works in the background, so its provider cannot be made for each request.');
  const run = (...args: unknown[]) => method.apply(instance, args);
  if (task) handlers.addTask(where, { ...task, run });
  if (listener) handlers.addListener(where, { name: listenerName(where), ...listener, run });
  for (const cron of crons) {
    const named = cron.task ?? task?.name;
    if (!named) throw new HandlerFault(where, 'has @Cron, but neither names a task nor has @Task.');
    handlers.crons.push({ expression: checked(where, cron.expression), task: named });
  }
  return true;
}

/** `OrderMails.onOrderPlaced` as `order-mails.on-order-placed`. */
function listenerName(where: string): string {
  return where
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replace(/[^A-Za-z0-9.]+/g, '-')
    .toLowerCase();
}

function checked(where: string, expression: string): string {
  try {
    parseCronItem({ task: 'task', match: expression });
    return expression;
  } catch (error) {
    throw new HandlerFault(
      where,
      `has the cron expression "${expression}": ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}
