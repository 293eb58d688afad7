import type { DiscoveryService } from '@nestjs/core';
import { Cron, OnEvent, Task, type JobRun } from '@tenantry/kernel';
import { describe, expect, it } from 'vitest';
import { discoverHandlers } from './discover-handlers.js';

type Constructor = new () => object;

/** What Nest tells of its providers, of these classes. */
function providersOf(classes: Constructor[], isStatic = true): DiscoveryService {
  const wrappers = classes.map((metatype) => ({
    metatype,
    name: metatype.name,
    instance: new metatype(),
    isDependencyTreeStatic: () => isStatic,
  }));
  return { getProviders: () => wrappers } as unknown as DiscoveryService;
}

class Work {
  @Cron('0 3 * * *')
  @Task('spec.work')
  work(payload: { n: number }, run: JobRun) {
    return [payload.n, run.attempt, this instanceof Work];
  }

  @OnEvent('spec.happened')
  onHappened() {
    return undefined;
  }
}

class Again {
  @Task('spec.work')
  work() {
    return undefined;
  }
}

class BadCron {
  @Cron('61 3 * * *')
  @Task('spec.bad')
  work() {
    return undefined;
  }
}

class CronOfNothing {
  @Cron('0 3 * * *', { task: 'spec.nothing' })
  work() {
    return undefined;
  }
}

class CronWithoutTask {
  @Cron('0 3 * * *')
  work() {
    return undefined;
  }
}

describe('what providers do in the background', () => {
  it('is found by the decorators of their methods, and done by the provider', () => {
    const { tasks, listeners, crons } = discoverHandlers(providersOf([Work]));
    const run = { id: 'id', attempt: 2, maxAttempts: 3 };
    expect(tasks.get('spec.work')?.run({ n: 1 }, run)).toEqual([1, 2, true]);
    expect(listeners.get('work.on-happened')?.type).toBe('spec.happened');
    expect(crons).toEqual([{ expression: '0 3 * * *', task: 'spec.work' }]);
  });

  it.each([
    ['a name that is there twice', [Work, Again], 'Again.work has the name "spec.work", which another'],
    ['a cron expression that is none', [BadCron], 'BadCron.work has the cron expression "61 3 * * *"'],
    ['a cron of a task that nobody does', [CronOfNothing], 'names the task "spec.nothing", which nobody does'],
    ['a cron without a task', [CronWithoutTask], 'CronWithoutTask.work has @Cron, but neither names a task'],
  ])('fails the start with %s', (_, classes, message) => {
    expect(() => discoverHandlers(providersOf(classes))).toThrow(message);
  });

  it('fails the start where the provider is made for each request', () => {
    expect(() => discoverHandlers(providersOf([Work], false))).toThrow('cannot be made for each request');
  });

  it('has a dotted name', () => {
    expect(() => Task('work')).toThrow('"work" is no name');
    expect(() => OnEvent('Spec.Happened')).toThrow('"Spec.Happened" is no name');
  });
});
