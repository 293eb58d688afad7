import type { Type } from '@nestjs/common';
import { expect } from 'vitest';
import { startPlatformOver, type TestPlatform } from './test-platform.js';

/** What is done, the event that it causes, what the event says, what is written in its transaction, and where it is told. */
export type Case = readonly [
  what: string,
  act: () => Promise<unknown>,
  type: string,
  payload: () => object,
  beside: string,
  inside?: string,
];

/** Whether the payload is as wanted, matchers included. */
export function sameAs(payload: object, wanted: object): boolean {
  try {
    expect(payload).toEqual(wanted);
    return true;
  } catch {
    return false;
  }
}

/** Migrates all tenants by the start of a release with these modules, which tells no events itself. */
export async function migrateBeside({ database }: TestPlatform, modules: readonly Type[]): Promise<void> {
  const settings = database.settings.with({ TENANTRY_WORKER: 'off' });
  await (await startPlatformOver({ ...database, settings }, { modules })).close();
}
