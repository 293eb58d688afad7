import { EventEmitter } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { Tenant } from './tenant.js';
import { bindRequestScope, openRequestScope, TenantContext } from './tenant-context.js';

const tenant = (slug: string): Tenant => ({
  id: `00000000-0000-7000-8000-${slug.padStart(12, '0')}`,
  slug,
  name: slug,
  status: 'active',
  plan: 'free',
  apiVersion: '2026-11-01',
  settings: {},
  createdAt: new Date(0),
  updatedAt: new Date(0),
});
const a = tenant('a');
const b = tenant('b');
const context = new TenantContext();

describe('the tenant context', () => {
  it('is an error where there is no tenant', () => {
    expect(() => context.current()).toThrow(expect.objectContaining({ code: 'TENANT_CONTEXT_MISSING' }));
    expect(context.find()).toBeUndefined();
  });

  it('is restored after a nested run, also when that throws', () => {
    context.run(a, () => {
      expect(() =>
        context.run(b, () => {
          expect(context.current()).toBe(b);
          throw new Error('inside b');
        }),
      ).toThrow('inside b');
      expect(context.current()).toBe(a);
    });
    expect(context.find()).toBeUndefined();
  });

  it('is each promise its own in Promise.all over two tenants', async () => {
    const seen = await Promise.all(
      [a, b, a, b].map((each) =>
        context.run(each, async () => {
          await delay(1);
          await Promise.resolve();
          return context.current().slug;
        }),
      ),
    );
    expect(seen).toEqual(['a', 'b', 'a', 'b']);
  });

  it('follows a timer that was started in it', async () => {
    const slug = await context.run(
      a,
      () => new Promise<string>((resolve) => setTimeout(() => resolve(context.current().slug), 1)),
    );
    expect(slug).toBe('a');
  });

  it('is the emitter’s caller’s for a listener, not the one that subscribed', () => {
    const emitter = new EventEmitter();
    const seen: string[] = [];
    context.run(a, () => emitter.on('x', () => seen.push(context.current().slug)));
    context.run(b, () => emitter.emit('x'));
    expect(seen).toEqual(['b']);
  });

  it('can be left for work outside any tenant', () => {
    context.run(a, () => context.runOutside(() => expect(context.find()).toBeUndefined()));
  });

  it('of a request is bound once and refuses a second tenant', () => {
    openRequestScope('request-1', () => {
      expect(context.find()).toBeUndefined();
      bindRequestScope(a);
      expect(context.current()).toBe(a);
      expect(context.requestId()).toBe('request-1');
      expect(() => bindRequestScope(b)).toThrow(expect.objectContaining({ code: 'TENANT_CONTEXT_CHANGED' }));
    });
  });

  it('keeps the request id in a nested run', () => {
    openRequestScope('request-2', () => context.run(a, () => expect(context.requestId()).toBe('request-2')));
  });
});
