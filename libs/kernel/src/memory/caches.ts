import { Global, Injectable, Module } from '@nestjs/common';
import { LRUCache } from 'lru-cache';

/** One collection that is kept in memory, and how much it may hold. */
export interface CacheGauge {
  /** Such as `tenants`; unique in a process. */
  readonly name: string;
  /** The most entries; undefined for what is bounded by time alone. */
  readonly limit?: number;
  /** Entries now. */
  size(): number;
  /** Entries that had to make room. */
  evictions(): number;
  /** How often it was asked, by whether it knew; absent for what is asked for everything at once. */
  readonly asked?: { readonly hits: number; readonly misses: number };
}

/** Counts how often it knew the answer. */
class CountingCache<Key extends string, Value extends object | string> extends LRUCache<Key, Value> {
  readonly asked = { hits: 0, misses: 0 };

  override get(key: Key): Value | undefined {
    const value = super.get(key);
    this.asked[value === undefined ? 'misses' : 'hits'] += 1;
    return value;
  }
}

/**
 * Every collection of a process that grows with tenants, users or tokens. Whoever keeps one has it made here, or tells
 * of it here, so that each has a bound and operators see it.
 *
 * @since 0.1.0
 */
@Injectable()
export class Caches {
  private readonly gauges = new Map<string, CacheGauge>();

  /**
   * A cache that forgets what was longest not asked for.
   *
   * @param max entries
   * @param ttl milliseconds; for ever when absent
   */
  lru<Key extends string, Value extends object | string>(
    name: string,
    max: number,
    ttl?: number,
  ): LRUCache<Key, Value> {
    let evictions = 0;
    const dispose = (_value: Value, _key: Key, reason: LRUCache.DisposeReason) => {
      if (reason === 'evict') evictions += 1;
    };
    // The clock is asked each time. What was asked would else be forgotten by a timer, one a millisecond.
    const bound = ttl !== undefined && { ttl, ttlResolution: 0 };
    const cache = new CountingCache<Key, Value>({ max, dispose, ...bound });
    this.add({ name, limit: max, size: () => cache.size, evictions: () => evictions, asked: cache.asked });
    return cache;
  }

  /** Tells of a collection that bounds itself. */
  watch(name: string, limit: number | undefined, size: () => number): void {
    this.add({ name, ...(limit !== undefined && { limit }), size, evictions: () => 0 });
  }

  /** All of them, in the order of their names. */
  get all(): readonly CacheGauge[] {
    return [...this.gauges.values()].sort((a, b) => a.name.localeCompare(b.name));
  }

  private add(gauge: CacheGauge): void {
    if (this.gauges.has(gauge.name)) throw new Error(`There are two caches "${gauge.name}".`);
    this.gauges.set(gauge.name, gauge);
  }
}

/** One for the whole process. */
@Global()
@Module({ providers: [Caches], exports: [Caches] })
export class CachesModule {}
