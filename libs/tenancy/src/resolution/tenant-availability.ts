import { Injectable } from '@nestjs/common';
import { QueryFailedError } from 'typeorm';
import { TenantEntryDenied } from '../connection/connection.errors.js';
import { TenantContext } from '../context/tenant-context.js';
import { TenantRegistry } from '../registry/tenant-registry.js';
import { TenantResolver } from './tenant-resolver.js';

/**
 * Explains why Postgres refused to enter a tenant: it was suspended or deleted a moment ago and this process has not
 * heard of it yet.
 */
@Injectable()
export class TenantAvailability {
  constructor(
    private readonly context: TenantContext,
    private readonly registry: TenantRegistry,
    private readonly resolver: TenantResolver,
  ) {}

  /** The error to answer with instead, or undefined when the error is about something else. */
  async explain(error: unknown): Promise<unknown> {
    const cause: unknown = error instanceof QueryFailedError ? error.driverError : error;
    const tenant = this.context.find();
    if (!(cause instanceof TenantEntryDenied) || !tenant) return undefined;
    this.registry.forget({ id: tenant.id, slugs: [tenant.slug] });
    try {
      await this.resolver.find({ host: '', credential: tenant.id });
      return cause;
    } catch (explanation) {
      return explanation;
    }
  }
}
