import type { TenantOperationEntity } from '@tenantry/tenancy';

/** Thrown where an operation that a command began did not succeed. What it did has been undone. */
export class OperationFailed extends Error {
  constructor({ id, kind, status, error }: TenantOperationEntity) {
    super(
      status === 'running'
        ? `Another process carries out ${kind} ${id}: look at it there.`
        : `The ${kind} did not succeed: ${error ?? 'nobody knows why.'}`,
    );
    this.name = 'OperationFailed';
  }
}
