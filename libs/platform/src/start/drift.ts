import { FleetDrift, type DriftOptions, type DriftReport } from '@tenantry/tenancy';
import type { PlatformOptions } from './create-platform.js';
import { withPrepared } from './migrate.js';

/**
 * Compares every tenant's schema with the reference schema; with `fix`, mends what touches no row.
 *
 * @throws what `createPlatform` throws
 * @since 0.1.0
 */
export function drift(options: PlatformOptions = {}, which: DriftOptions = {}): Promise<DriftReport> {
  return withPrepared(options, ({ prepared }) => new FleetDrift(prepared.owner).run(which));
}
