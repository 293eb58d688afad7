import { Injectable, Logger } from '@nestjs/common';
import { Clock, ApiVersionUnknown } from '@tenantry/kernel';
import type { Notifications } from '@tenantry/tenancy';
import type { DataSource } from 'typeorm';
import { ApiContract } from './api-contract.js';
import { ApiVersionIsNewest, ApiVersionSunsetTooEarly } from './version.errors.js';

const CHANNEL = 'tenantry_api_version';

/** When versions end, as operators announced it; every process hears of it. */
@Injectable()
export class VersionSunsets {
  private readonly logger = new Logger('ApiVersions');
  private sunsets = new Map<string, string>();

  constructor(
    private readonly dataSource: DataSource,
    private readonly contract: ApiContract,
    private readonly clock: Clock,
  ) {}

  listen(notifications: Notifications): Promise<void> {
    return notifications.subscribe(CHANNEL, {
      connected: () => this.load(),
      disconnected: () => undefined, // what was announced stays true
      notified: () => {
        // Read again with the next connection, which a database that fails now makes necessary.
        this.load().catch((error: unknown) => this.logger.warn(`Sunsets could not be read: ${String(error)}`));
      },
    });
  }

  /** Date on which the version ends, `YYYY-MM-DD`, or undefined while none is announced. */
  of(version: string): string | undefined {
    return this.sunsets.get(version);
  }

  /** Whether the version has ended. */
  isOver(version: string): boolean {
    const sunset = this.sunsets.get(version);
    return sunset !== undefined && this.clock.now().getTime() >= Date.parse(`${sunset}T00:00:00Z`);
  }

  /**
   * Announces when a version ends. An announced date may be moved later, never earlier.
   *
   * @throws API_VERSION_UNKNOWN, API_VERSION_IS_NEWEST, API_VERSION_SUNSET_TOO_EARLY
   */
  async announce(version: string, sunset: string): Promise<void> {
    const { all, newest } = this.contract.chain.versions;
    if (!all.includes(version)) throw new ApiVersionUnknown(all);
    if (version === newest) throw new ApiVersionIsNewest();
    const today = this.clock.now().toISOString().slice(0, 10);
    if (sunset <= today) throw new ApiVersionSunsetTooEarly(`the day after ${today}`);
    // One statement, so that two announcements at once cannot undo each other.
    const rows = await this.dataSource.query<unknown[]>(
      `INSERT INTO platform.api_version_sunset (version, sunset_at) VALUES ($1, $2)
       ON CONFLICT (version) DO UPDATE SET sunset_at = excluded.sunset_at
       WHERE api_version_sunset.sunset_at <= excluded.sunset_at RETURNING version`,
      [version, sunset],
    );
    await this.load();
    if (rows.length === 0) throw new ApiVersionSunsetTooEarly(this.of(version) ?? sunset);
    await this.dataSource.query('SELECT pg_notify($1, $2)', [CHANNEL, version]);
  }

  private async load(): Promise<void> {
    const rows = await this.dataSource.query<{ version: string; sunset: string }[]>(
      `SELECT version, to_char(sunset_at, 'YYYY-MM-DD') AS sunset FROM platform.api_version_sunset`,
    );
    this.sunsets = new Map(rows.map(({ version, sunset }) => [version, sunset]));
  }
}
