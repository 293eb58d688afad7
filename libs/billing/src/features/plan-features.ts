import type { MaybePromise } from '@tenantry/kernel';
import type { Notifications } from '@tenantry/tenancy';
import type { DataSource } from 'typeorm';

const CHANNEL = 'tenantry_plan';

/** SQL that tells every process, when the transaction commits, that a plan changed. */
export const ANNOUNCE_PLAN_SQL = `SELECT pg_notify('${CHANNEL}', '')`;

interface KnownPlan {
  readonly active: boolean;
  readonly features: ReadonlySet<string>;
}

type KnownPlans = ReadonlyMap<string, KnownPlan>;

/**
 * The plans and their features, from memory while changes are heard. The same plan gives the same set until plans change.
 */
export class PlanFeatures {
  private plans?: KnownPlans;
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
    return this.plans ? featuresIn(this.plans, plan) : this.load().then((plans) => featuresIn(plans, plan));
  }

  /** Whether there is such a plan and tenants may subscribe to it. */
  async offers(plan: string): Promise<boolean> {
    return (this.plans ?? (await this.load())).get(plan)?.active ?? false;
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
  private async load(): Promise<KnownPlans> {
    const generation = this.generation;
    const rows = await this.dataSource.query<{ code: string; active: boolean; features: string[] }[]>(
      'SELECT code, active, features FROM platform.plan',
    );
    const plans = new Map(rows.map(({ code, active, features }) => [code, { active, features: new Set(features) }]));
    if (this.hearing && generation === this.generation) this.plans = plans;
    return plans;
  }
}

const NONE: ReadonlySet<string> = new Set();

function featuresIn(plans: KnownPlans, plan: string): ReadonlySet<string> {
  return plans.get(plan)?.features ?? NONE;
}
