import { Injectable } from '@nestjs/common';
import { LongOperations } from '@tenantry/tenancy';
import type { FastifyReply } from 'fastify';
import { OperationDirectory } from './operation-directory.js';
import { OperationViews } from './operation-views.js';
import type { OperationView } from './operation.dto.js';

/** Answers a request for something long with the operation that does it (202, Location), which begins now. */
@Injectable()
export class BegunOperation {
  constructor(
    private readonly operations: LongOperations,
    private readonly directory: OperationDirectory,
    private readonly views: OperationViews,
  ) {}

  /**
   * @param begin writes the operation down and gives its id; not called where an earlier attempt at the same request did
   */
  async answer(begin: () => Promise<string>, reply: FastifyReply): Promise<OperationView> {
    const row = (await this.directory.begun()) ?? (await this.directory.get(await begin()));
    this.operations.start(row);
    void reply.header('location', `/admin/operations/${row.id}`);
    return this.views.of(row);
  }
}
