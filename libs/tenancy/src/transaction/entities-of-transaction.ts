import type { EntityManager } from 'typeorm';
import { entitiesOfCode, sharedTransaction } from '../context/tenant-context.js';
import { TransactionEnded } from './transaction.errors.js';

/**
 * The manager with which the running code writes into the transaction that it began by TypeORM's `transaction`; undefined
 * outside of one, and in a shared transaction, which every statement joins by itself.
 *
 * @throws TENANT_TRANSACTION_ENDED when nobody waited for this code: it would write what may have been undone
 */
export function entitiesOfTransaction(): EntityManager | undefined {
  const entities = entitiesOfCode();
  if (!entities || sharedTransaction()) return undefined;
  const { queryRunner } = entities;
  if (!queryRunner || queryRunner.isReleased || !queryRunner.isTransactionActive) throw new TransactionEnded();
  return entities;
}
