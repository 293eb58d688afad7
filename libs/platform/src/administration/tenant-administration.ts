import { validationPipe } from '@tenantry/api';
import type { Page } from '@tenantry/kernel';
import {
  NewTenantRequest,
  TenantQuery,
  type TenantCreation,
  type TenantDirectory,
  type TenantEndings,
  type TenantView,
} from '@tenantry/onboarding';
import type { TenantEntity, TenantLifecycle } from '@tenantry/tenancy';

/** A tenant as a command gives it: what the API gives, without links. */
export type TenantRecord = Omit<TenantView, '_links'>;

/**
 * Tenants, found and changed as by the admin endpoints: the same checks, steps and errors.
 *
 * @since 0.1.0
 */
export class TenantAdministration {
  private readonly validation = validationPipe();

  constructor(
    private readonly directory: TenantDirectory,
    private readonly creation: TenantCreation,
    private readonly endings: TenantEndings,
    private readonly lifecycle: TenantLifecycle,
  ) {}

  /**
   * All that fit, oldest first, page by page.
   *
   * @throws REQUEST_INVALID
   */
  async *list(query: Partial<Pick<TenantQuery, 'status' | 'plan' | 'q'>> = {}): AsyncGenerator<TenantRecord> {
    const asked = await this.check(TenantQuery, query);
    let page: Page<TenantEntity> | undefined;
    do {
      page = await this.directory.list({ ...asked, limit: 100, cursor: page?.next });
      for (const view of await this.directory.views(page.items)) yield recordOf(view);
    } while (page.next);
  }

  /**
   * @param reference id or slug
   * @throws TENANT_UNKNOWN
   */
  async show(reference: string): Promise<TenantRecord> {
    return this.recordOf(await this.directory.get(reference));
  }

  /** @throws REQUEST_INVALID, and what `POST /admin/tenants` answers with */
  async create(request: NewTenantRequest): Promise<TenantRecord> {
    return recordOf(await this.creation.create(await this.check(NewTenantRequest, request)));
  }

  /** @throws TENANT_UNKNOWN, TENANT_TRANSITION_INVALID */
  async suspend(reference: string): Promise<TenantRecord> {
    return this.recordOf(await this.lifecycle.suspend((await this.directory.get(reference)).id));
  }

  /** @throws TENANT_UNKNOWN, TENANT_TRANSITION_INVALID */
  async resume(reference: string): Promise<TenantRecord> {
    return this.recordOf(await this.lifecycle.resume((await this.directory.get(reference)).id));
  }

  /**
   * Softly, or for good.
   *
   * @param purge the tenant's slug, to confirm that its data is dropped now
   * @returns the deleted tenant; undefined when nothing is left of it
   * @throws TENANT_UNKNOWN, TENANT_PURGE_UNCONFIRMED, TENANT_TRANSITION_INVALID, TENANT_BUSY
   */
  async delete(reference: string, purge?: { readonly confirm?: string }): Promise<TenantRecord | undefined> {
    const row = await this.endings.delete(reference, { ...(purge && { purge: 'true', confirm: purge.confirm }) });
    return row && this.recordOf(row);
  }

  private async recordOf(row: TenantEntity): Promise<TenantRecord> {
    return recordOf(await this.directory.view(row));
  }

  private check<T extends object>(type: new () => T, value: object): Promise<T> {
    return this.validation.transform(value, { type: 'body', metatype: type }) as Promise<T>;
  }
}

/** A view without its links. */
export function recordOf(view: TenantView): TenantRecord {
  const record: Partial<TenantView> = { ...view };
  delete record._links;
  return record as TenantRecord;
}
