import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { Settings } from '@tenantry/kernel';
import { DataSource, type QueryRunner } from 'typeorm';
import type { TenantClient } from '../connection/tenant-client.js';
import { inTransaction, sharedTransaction, TenantContext } from '../context/tenant-context.js';
import type { Isolation } from './isolation.js';
import { SharedTransaction } from './shared-transaction.js';

const context = new TenantContext();

/**
 * One transaction around all that a piece of code does in its tenant, by whichever repository.
 *
 * @since 0.1.0
 */
@Injectable()
export class TenantTransaction {
  private readonly patience: number;

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    settings: Settings,
  ) {
    this.patience = settings.get('TENANTRY_STATEMENT_TIMEOUT');
  }

  /**
   * Runs the work with every statement of the current tenant in one transaction on one connection: committed when the
   * work fulfils, undone when it rejects. Transactions that the work opens itself are nested in it. Work for another
   * tenant, or outside any, does not take part. What still runs when the work has settled is refused the database.
   * Inside such work already, it is a nested transaction of that.
   *
   * @throws TENANT_CONTEXT_MISSING; TENANT_TRANSACTION_ISOLATION when nested in one of a weaker isolation
   */
  async run<T>(work: () => T | Promise<T>, options: { readonly isolation?: Isolation | undefined } = {}): Promise<T> {
    const { isolation = 'READ COMMITTED' } = options;
    if (sharedTransaction()) return this.dataSource.transaction(isolation, async () => work());
    const runner = this.dataSource.createQueryRunner();
    try {
      return await this.runOn(runner, isolation, work);
    } finally {
      await runner.release();
    }
  }

  private async runOn<T>(runner: QueryRunner, isolation: Isolation, work: () => T | Promise<T>): Promise<T> {
    const tenant = context.current();
    const client = (await runner.connect()) as TenantClient;
    const transaction = new SharedTransaction({ client, tenant, isolation, patience: this.patience });
    await transaction.begin();
    try {
      const result = await inTransaction(transaction, async () => work());
      await transaction.commit();
      return result;
    } catch (error) {
      await transaction.rollback();
      throw error;
    }
  }
}
