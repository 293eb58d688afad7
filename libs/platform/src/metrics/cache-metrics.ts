import type { CacheGauge, Caches } from '@tenantry/kernel';
import { Gauge, type Registry } from 'prom-client';

/** How full each collection in memory is, what it may hold, and what had to make room. */
export function addCacheMetrics(registry: Registry, caches: Caches): void {
  const tell = (name: string, help: string, value: (cache: CacheGauge) => number | undefined) => {
    const gauge = new Gauge({
      name: `tenantry_cache_${name}`,
      help,
      labelNames: ['cache'],
      registers: [registry],
      // A metric is read as soon as it has collected: none may rely on another's.
      collect: () => {
        for (const cache of caches.all) gauge.set({ cache: cache.name }, value(cache) ?? Infinity);
      },
    });
  };
  tell('entries', 'Entries of a collection in memory.', (cache) => cache.size());
  tell('limit', 'The most entries of a collection in memory.', ({ limit }) => limit);
  tell('evictions', 'Entries that had to make room since the start.', (cache) => cache.evictions());
}
