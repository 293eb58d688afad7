import type { MaybePromise } from '@tenantry/kernel';
import type { Notifications } from '@tenantry/tenancy';
import type { DataSource } from 'typeorm';

const CHANNEL = 'tenantry_plan';

/** SQL that tells every process, when the transaction commits, that a plan changed. */
export const ANNOUNCE_PLAN_SQL = `SELECT pg_notify('${CHANNEL}', '')`;

/**
 * The features of each plan, from memory while changes are heard. The same plan gives the same set until plans change.
 */
export class PlanFeatures {
  private plans?: ReadonlyMap<string, ReadonlySet<string>>;
  private generation = 0;
  private hearing = false;

  constructor(private readonly dataSource: DataSource) {}

  /** Begins to hear of changes; until then nothing is kept. */
  listen(notifications: Notifications): Promise<void> {
    return notifications.subscribe(CHANNEL, {
      connected: () => this.hear(true),
      disconnected: () => this.hear(false),
      notified: () => this.forget(),
    });
  }

  /** None for a plan that there is not. */
  of(plan: string): MaybePromise<ReadonlySet<string>> {
    return this.plans ? (this.plans.get(plan) ?? NONE) : this.load().then((plans) => plans.get(plan) ?? NONE);
  }

  /** Forgets at once in this process what other processes hear of a moment later. */
  forget(): void {
    this.generation += 1;
    this.plans = undefined;
  }

  private hear(hearing: boolean): void {
    this.hearing = hearing;
    this.forget();
  }

  /** A change heard while loading keeps the result out of memory. */
  private async load(): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
    const generation = this.generation;
    const rows = await this.dataSource.query<{ code: string; features: string[] }[]>(
      'SELECT code, features FROM platform.plan',
    );
    const plans = new Map(rows.map(({ code, features }) => [code, new Set(features)]));
    if (this.hearing && generation === this.generation) this.plans = plans;
    return plans;
  }
}

const NONE: ReadonlySet<string> = new Set();
