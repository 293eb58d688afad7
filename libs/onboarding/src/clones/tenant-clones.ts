import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { defineError, newId } from '@tenantry/kernel';
import {
  beginOperation,
  checkSlug,
  LongOperations,
  OwnerDatabase,
  PLATFORM,
  TenantEntity,
  toTenant,
  type LongOperation,
} from '@tenantry/tenancy';
import type { Repository } from 'typeorm';
import { NewTenantChecks } from '../tenants/new-tenant-checks.js';
import { CloneMaking } from './clone-making.js';
import type { CloneInput } from './clone-steps.js';
import type { CloneRequest } from './clone.dto.js';

export const CloneOwnerRequired = defineError(
  'CLONE_OWNER_REQUIRED',
  422,
  'A clone without data has no users: name its owner.',
);

const inputOf = ({ input }: LongOperation) => input as unknown as CloneInput;

/** Makes tenants like others. */
@Injectable()
export class TenantClones implements OnModuleInit {
  constructor(
    @InjectRepository(TenantEntity, PLATFORM) private readonly tenants: Repository<TenantEntity>,
    private readonly owner: OwnerDatabase,
    private readonly operations: LongOperations,
    private readonly checks: NewTenantChecks,
    private readonly making: CloneMaking,
  ) {}

  onModuleInit(): void {
    const { steps, rows } = this.making;
    this.operations.add({
      kind: 'clone',
      steps: (operation) => steps.of(inputOf(operation)),
      undo: (client, operation) => rows.drop(client, inputOf(operation).target),
      subject: async (operation) => {
        const row = await this.tenants.findOneBy({ id: inputOf(operation).target });
        return row && toTenant(row);
      },
    });
  }

  /**
   * @returns the operation's id; it is listed with the tenant that is cloned
   * @throws TENANT_SLUG_TAKEN, TENANT_SLUG_INVALID, TENANT_SLUG_RESERVED, CLONE_OWNER_REQUIRED, TENANT_BUSY
   */
  async begin(source: TenantEntity, { slug, name, data, owner }: CloneRequest): Promise<string> {
    checkSlug(slug);
    if (!data && !owner) throw new CloneOwnerRequired();
    const { id: sourceId, plan, apiVersion, settings } = source;
    const target = newId();
    const prepared = owner && (await this.checks.prepare(slug, plan, owner));
    const input = { source: sourceId, target, data, ...(prepared && { owner: prepared }) };
    return this.owner.transaction(async (client) => {
      const wish = { tenantId: sourceId, kind: 'clone', input, action: 'cloned' };
      const id = await beginOperation(client, { ...wish, from: ['active', 'suspended', 'maintenance'] });
      await this.making.rows.insert(client, target, { slug, name, plan, apiVersion, settings });
      await client.query('UPDATE platform.tenant_operation SET result = $2 WHERE id = $1', [
        id,
        JSON.stringify({ tenantId: target, slug, data }),
      ]);
      return id;
    });
  }
}
