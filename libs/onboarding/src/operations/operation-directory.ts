import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { Clock, defineError, isId, Page } from '@tenantry/kernel';
import {
  earlierOperation,
  findPage,
  OperationNotCancellable,
  OperationPlans,
  PLATFORM,
  TenantEntity,
  TenantOperationEntity,
} from '@tenantry/tenancy';
import type { DataSource, FindOptionsWhere } from 'typeorm';
import type { OperationQuery } from './operation.dto.js';

export const OperationUnknown = defineError('OPERATION_UNKNOWN', 404, 'There is no such operation.');

/** Reads operations for operators, and notes that one is to be cancelled. */
@Injectable()
export class OperationDirectory {
  constructor(
    @InjectDataSource(PLATFORM) private readonly dataSource: DataSource,
    private readonly plans: OperationPlans,
    private readonly clock: Clock,
  ) {}

  /** @throws OPERATION_UNKNOWN */
  async get(id: string): Promise<TenantOperationEntity> {
    const row = isId(id) ? await this.operations.findOneBy({ id }) : null;
    if (!row) throw new OperationUnknown();
    return row;
  }

  /** The operation that an earlier attempt at the operator's present request has begun, if one did. */
  begun(): Promise<TenantOperationEntity | null> {
    return earlierOperation(this.operations);
  }

  /** @throws CURSOR_INVALID */
  async list({ tenant, status, kind, ...page }: OperationQuery): Promise<Page<TenantOperationEntity>> {
    const tenantId = tenant === undefined ? undefined : await this.tenantId(tenant);
    if (tenantId === null) return new Page([]);
    const where = {
      ...(tenantId !== undefined && { tenantId }),
      ...(status !== undefined && { status }),
      ...(kind !== undefined && { kind }),
    };
    return findPage(this.operations, page, where as FindOptionsWhere<TenantOperationEntity>);
  }

  /**
   * Whoever carries the operation out sees it at its next checkpoint, and undoes what was done.
   *
   * @throws OPERATION_UNKNOWN, OPERATION_NOT_CANCELLABLE
   */
  async cancel(id: string): Promise<TenantOperationEntity> {
    const { kind } = await this.get(id);
    if (!this.plans.of(kind)?.cancellable) throw new OperationNotCancellable();
    const { affected } = await this.operations.update(
      { id, status: 'running' },
      { cancelRequestedAt: this.clock.now() },
    );
    if (!affected) throw new OperationNotCancellable();
    return this.get(id);
  }

  private get operations() {
    return this.dataSource.getRepository(TenantOperationEntity);
  }

  private async tenantId(reference: string): Promise<string | null> {
    if (isId(reference)) return reference;
    return (await this.dataSource.getRepository(TenantEntity).findOneBy({ slug: reference }))?.id ?? null;
  }
}
