import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { InjectDataSource } from '@nestjs/typeorm';
import { Settings } from '@tenantry/kernel';
import { PLATFORM } from '@tenantry/tenancy';
import { DataSource } from 'typeorm';
import { discoverHandlers } from './discover-handlers.js';
import { Handlers } from './handlers.js';

/** What this process's modules do in the background; told to Postgres, which refuses other names. */
@Injectable()
export class HandlerDirectory implements OnModuleInit {
  current = new Handlers();

  constructor(
    private readonly discovery: DiscoveryService,
    @InjectDataSource(PLATFORM) private readonly dataSource: DataSource,
    private readonly settings: Settings,
  ) {}

  async onModuleInit(): Promise<void> {
    this.current = discoverHandlers(this.discovery);
    await this.announce();
  }

  /** Also said again from time to time: of a listener that nobody has had for a week, no more is kept. */
  async announce(): Promise<void> {
    const { tasks, listeners } = this.current;
    const heard = [...listeners.values()];
    await this.dataSource.query(
      `INSERT INTO platform.job_task (name) SELECT unnest($1::text[]) ON CONFLICT (name) DO UPDATE SET seen_at = now()`,
      [[...tasks.keys()].sort()],
    );
    await this.dataSource.query(
      `INSERT INTO platform.event_listener (type, name) SELECT * FROM unnest($1::text[], $2::text[]) AS l (type, name)
       ORDER BY 1, 2 ON CONFLICT (type, name) DO UPDATE SET seen_at = now()`,
      [heard.map(({ type }) => type), heard.map(({ name }) => name)],
    );
    await this.dataSource.query(
      `DELETE FROM platform.event_listener l USING unnest($1::text[], $2::text[]) AS ours (type, name)
       WHERE l.name = ours.name AND l.type <> ours.type`,
      [heard.map(({ type }) => type), heard.map(({ name }) => name)],
    );
    await this.dataSource.query(
      `INSERT INTO platform.job_limit VALUES ('at-once', $1), ('backlog', $2), ('events', $3) ON CONFLICT (name) DO UPDATE SET value = excluded.value`,
      [
        this.settings.get('TENANTRY_JOBS_AT_ONCE'),
        this.settings.get('TENANTRY_JOBS_BACKLOG'),
        this.settings.get('TENANTRY_EVENTS_BACKLOG'),
      ],
    );
  }
}
