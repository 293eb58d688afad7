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
        for (const cache of caches.all) {
          const told = value(cache);
          if (told !== undefined) gauge.set({ cache: cache.name }, told);
        }
      },
    });
  };
  tell('entries', 'Entries of a collection in memory.', (cache) => cache.size());
  tell('limit', 'The most entries of a collection in memory.', ({ limit = Infinity }) => limit);
  tell('evictions', 'Entries that had to make room since the start.', (cache) => cache.evictions());
  tell('hits', 'Answers that a collection in memory knew, since the start.', ({ asked }) => asked?.hits);
  tell('misses', 'Answers that had to be looked up, since the start.', ({ asked }) => asked?.misses);
}
