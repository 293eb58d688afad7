import type { Repository } from 'typeorm';
import type { TenantOperationEntity } from '../control/tenant-operation.entity.js';
import { earlierEffect } from '../operator-requests/request-effect.js';
import { OPERATION_EFFECT } from './begin-operation.js';

/**
 * The operation that an earlier attempt at the operator's present request has begun and not answered. Null for a first
 * attempt.
 *
 * @since 0.1.0
 */
export async function earlierOperation(
  operations: Repository<TenantOperationEntity>,
): Promise<TenantOperationEntity | null> {
  const id = earlierEffect(OPERATION_EFFECT);
  return id === undefined ? null : operations.findOneBy({ id });
}
