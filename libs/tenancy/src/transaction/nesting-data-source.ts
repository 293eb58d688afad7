import { DataSource, EntityManager, type QueryRunner } from 'typeorm';
import { inEntities, inNesting, sharedTransaction } from '../context/tenant-context.js';
import { TransactionLease } from './transaction-lease.js';

type IsolationLevel = Parameters<QueryRunner['startTransaction']>[0];
type Work<T> = (manager: EntityManager) => Promise<T>;

/** TypeORM's manager, whose transactions know the code that runs inside them. */
class NestingEntities extends EntityManager {
  override transaction<T>(work: Work<T>): Promise<T>;
  override transaction<T>(isolation: NonNullable<IsolationLevel>, work: Work<T>): Promise<T>;
  override transaction<T>(first: Work<T> | NonNullable<IsolationLevel>, second?: Work<T>): Promise<T> {
    const work = typeof first === 'function' ? first : (second as Work<T>);
    const known = (manager: EntityManager) =>
      sharedTransaction() ? nested(manager, work) : inEntities(manager, () => work(manager));
    return typeof first === 'function' ? super.transaction(known) : super.transaction(first, known);
  }
}

async function nested<T>(manager: EntityManager, work: Work<T>): Promise<T> {
  const connection: unknown = await manager.queryRunner?.connect();
  const nesting = connection instanceof TransactionLease ? connection.nesting : undefined;
  return nesting ? inNesting(nesting, () => work(manager)) : work(manager);
}

/** TypeORM's DataSource with such managers. */
export class NestingDataSource extends DataSource {
  override createEntityManager(queryRunner?: QueryRunner): EntityManager {
    return new NestingEntities(this, queryRunner);
  }
}
