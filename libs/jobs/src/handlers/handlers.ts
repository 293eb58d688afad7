import type { Type } from '@nestjs/common';
import type { DomainEvent, JobRun } from '@tenantry/kernel';

/** A method that does a task, found on a provider. */
export interface TaskHandler {
  readonly name: string;
  /** What the payload must be; undefined where the method does not say. */
  readonly payload?: Type<object>;
  run(payload: unknown, run: JobRun): unknown;
}

/** A method that listens to events of one type. */
export interface EventHandler {
  readonly name: string;
  readonly type: string;
  run(event: DomainEvent): unknown;
}

/** When a task is enqueued for every tenant. */
export interface CronHandler {
  readonly expression: string;
  readonly task: string;
}

/** Thrown at the start for what modules declare and cannot be. */
export class HandlerFault extends Error {
  constructor(where: string, reason: string) {
    super(`${where} ${reason}`);
    this.name = 'HandlerFault';
  }
}

/** What the modules of this process do in the background, by name. */
export class Handlers {
  readonly tasks = new Map<string, TaskHandler>();
  readonly listeners = new Map<string, EventHandler>();
  readonly crons: CronHandler[] = [];

  /** @throws HandlerFault when the name is there already */
  addTask(where: string, handler: TaskHandler): void {
    this.claim(where, handler.name);
    this.tasks.set(handler.name, handler);
  }

  /** @throws HandlerFault when the name is there already */
  addListener(where: string, handler: EventHandler): void {
    this.claim(where, handler.name);
    this.listeners.set(handler.name, handler);
  }

  private claim(where: string, name: string): void {
    if (this.tasks.has(name) || this.listeners.has(name))
      throw new HandlerFault(where, `has the name "${name}", which another task or listener has already.`);
  }
}
