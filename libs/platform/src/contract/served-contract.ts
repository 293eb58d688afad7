import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Type } from '@nestjs/common';
import { ApiContract, type ContractDocument, type ModuleChange } from '@tenantry/api';
import { parseSettings } from '@tenantry/kernel';
import type { StructuredLogger } from '../logging/structured-logger.js';
import { createPlatform } from '../start/create-platform.js';

/** The HTTP contract that some modules serve, in all its versions. */
export interface ServedContract {
  /** Oldest first. */
  readonly versions: readonly string[];
  /** Oldest first. */
  readonly changes: readonly ModuleChange[];
  /** OpenAPI document of each version. */
  readonly documents: ReadonlyMap<string, ContractDocument>;
}

/**
 * Reads the contract from a platform of these modules, which is made over an empty database of its own and thrown away.
 *
 * @throws what `createPlatform` throws
 * @since 0.1.0
 */
export async function servedContract(
  modules: readonly (Type | string)[],
  logger?: StructuredLogger,
): Promise<ServedContract> {
  const folder = await mkdtemp(join(tmpdir(), 'tenantry-contract-'));
  await chmod(folder, 0o755); // as root, Postgres runs as another user, who must get in
  try {
    const settings = parseSettings({ TENANTRY_DATA_DIR: folder, TENANTRY_LOG_LEVEL: 'error' });
    const platform = await createPlatform({ settings, modules, logger });
    try {
      return contractOf(platform.app.get(ApiContract));
    } finally {
      await platform.stop();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function contractOf({ chain }: ApiContract): ServedContract {
  const { all } = chain.versions;
  return {
    versions: all,
    changes: chain.changes,
    documents: new Map(all.map((version) => [version, chain.documentOf(version)])),
  };
}
