import {
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
  type OnModuleInit,
} from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { newId, Settings } from '@tenantry/kernel';
import {
  earlierOperation,
  isUniqueViolation,
  noteEffect,
  OPERATION_EFFECT,
  OperationPlans,
  parseWave,
  PLATFORM,
  TenantMigrations,
  TenantOperationEntity,
} from '@tenantry/tenancy';
import type { Repository } from 'typeorm';
import { FleetOperationRun, waveNames } from './fleet-operation-run.js';
import { MigrationRunning } from './migration.errors.js';
import type { NewMigrationRequest, StartedMigrationView } from './migration.dto.js';

export const MIGRATE = 'migrate';

/** Migrations of the whole fleet as operations: begun by an operator or the start, taken up again by any process. */
@Injectable()
export class FleetOperations implements OnModuleInit, OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('Migrations');
  private readonly stop = new AbortController();
  private readonly running = new Set<Promise<void>>();

  constructor(
    @InjectRepository(TenantOperationEntity, PLATFORM) private readonly operations: Repository<TenantOperationEntity>,
    private readonly plans: OperationPlans,
    private readonly migrations: TenantMigrations,
    private readonly run: FleetOperationRun,
    private readonly settings: Settings,
  ) {}

  onModuleInit(): void {
    this.plans.add({
      kind: MIGRATE,
      stepsOf: (operation) => waveNames(operation),
      // In the background: the sweeper has others to look after.
      takeUp: (operation) => Promise.resolve(this.begin(operation)),
    });
  }

  async onApplicationBootstrap(): Promise<void> {
    if (this.settings.get('TENANTRY_MIGRATE_AT_START') !== 'background') return;
    const plans = await this.migrations.plan();
    if (plans.length === 0) return;
    await this.start({}).catch((error: unknown) => {
      if (!(error instanceof MigrationRunning)) throw error; // another process began it
    });
  }

  async onModuleDestroy(): Promise<void> {
    this.stop.abort();
    await Promise.all(this.running);
  }

  /** @throws MIGRATION_RUNNING */
  async start({ waves, haltAt, concurrency, tenants }: NewMigrationRequest): Promise<StartedMigrationView> {
    const begun = await earlierOperation(this.operations);
    if (begun) return this.answer(begun);
    const row = this.operations.create({
      id: newId(),
      tenantId: null,
      kind: MIGRATE,
      status: 'running',
      // Which migrations are meant: a process of older software must not call it done.
      input: {
        target: this.migrations.target.id,
        waves: waves?.map((wave) => parseWave(wave)),
        haltAt,
        concurrency,
        slugs: tenants,
      },
      steps: [],
    });
    try {
      await this.operations.manager.transaction(async (manager) => {
        await manager.insert(TenantOperationEntity, row as never);
        await noteEffect((sql, values) => manager.query(sql, values), OPERATION_EFFECT, row.id);
      });
    } catch (error) {
      if (isUniqueViolation(error)) throw new MigrationRunning({ cause: error });
      throw error;
    }
    return this.answer(await this.operations.findOneByOrFail({ id: row.id }));
  }

  /** Goes on with it. What hurts is asked before: afterwards nobody lacks it. */
  private async answer(operation: TenantOperationEntity): Promise<StartedMigrationView> {
    const { id, status } = operation;
    const findings = await this.migrations.findings();
    if (status === 'running') this.begin(operation);
    return { id, kind: MIGRATE, status, findings };
  }

  private begin(operation: TenantOperationEntity): void {
    const work = this.run
      .carryOut(operation, this.stop.signal)
      .catch((error: unknown) => this.logger.error(`Operation ${operation.id} was cut off: ${String(error)}`))
      .finally(() => this.running.delete(work));
    this.running.add(work);
  }
}
