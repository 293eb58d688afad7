import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { Clock } from '@tenantry/kernel';
import { PLATFORM } from '@tenantry/tenancy';
import type { DataSource } from 'typeorm';
import { OperationSweeper } from '../operations/operation-sweeper.js';
import { ArchiveFolder } from './archive-folder.js';
import { ExportDirectory } from './export-directory.js';

/** Milliseconds after which a file that belongs to nothing is taken for one that a dead process left. */
const ABANDONED = 86_400_000;

/** Removes archives whose time is over or whose tenant is purged, and what uploads left that nobody needs. */
@Injectable()
export class ExportRetention implements OnModuleInit {
  constructor(
    @InjectDataSource(PLATFORM) private readonly dataSource: DataSource,
    private readonly sweeper: OperationSweeper,
    private readonly directory: ExportDirectory,
    private readonly folder: ArchiveFolder,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.sweeper.add({ what: 'remove old exports', run: () => this.removeDue() });
    this.sweeper.add({ what: 'remove abandoned archives', run: () => this.removeAbandoned() });
  }

  async removeDue(): Promise<void> {
    const due = await this.dataSource.query<{ id: string }[]>(
      `SELECT id FROM platform.tenant_export e WHERE expires_at IS NOT NULL
       AND (expires_at <= $1 OR NOT EXISTS (SELECT FROM platform.tenant t WHERE t.id = e.tenant_id)) LIMIT 100`,
      [this.clock.now()],
    );
    for (const { id } of due) await this.directory.remove(id).catch(() => undefined); // another process was faster
  }

  private async removeAbandoned(): Promise<void> {
    const before = this.clock.now().getTime() - ABANDONED;
    const old = (await this.folder.list()).filter(({ writtenAt }) => writtenAt.getTime() < before);
    if (old.length === 0) return;
    const used = await this.dataSource.query<{ file: string }[]>(
      `SELECT file FROM platform.tenant_export UNION ALL
       SELECT input ->> 'file' FROM platform.tenant_operation WHERE status = 'running' AND input ? 'file'`,
    );
    const files = new Set(used.map(({ file }) => file));
    for (const { name } of old) if (!files.has(name.replace(/\.part$/, ''))) await this.folder.remove(name);
  }
}
