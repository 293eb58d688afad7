import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { earlierEffect, isUniqueViolation, noteEffect, PLATFORM } from '@tenantry/tenancy';
import type { Repository } from 'typeorm';
import { PlanCodeTaken, PlanNotFound, PlanUnknown } from '../billing.errors.js';
import { ANNOUNCE_PLAN_SQL, PlanFeatures } from '../features/plan-features.js';
import { minorUnits, viewOfPlan, type NewPlan, type PlanChange, type PlanView } from './plan.dto.js';
import { PlanEntity } from './plan.entity.js';

@Injectable()
export class Plans {
  constructor(
    @InjectRepository(PlanEntity, PLATFORM) private readonly plans: Repository<PlanEntity>,
    private readonly features: PlanFeatures,
  ) {}

  async list(): Promise<PlanView[]> {
    return (await this.plans.find({ order: { priceAmount: 'ASC', code: 'ASC' } })).map(viewOfPlan);
  }

  async get(code: string): Promise<PlanView> {
    return viewOfPlan(await this.find(code));
  }

  /** @throws PLAN_UNKNOWN when there is none, or none that a tenant may subscribe to */
  async requireActive(code: string): Promise<void> {
    if (!(await this.features.offers(code))) throw new PlanUnknown(code);
  }

  /** @throws PLAN_CODE_TAKEN */
  async create({ code, name, price, features = [] }: NewPlan): Promise<PlanView> {
    const made = earlierEffect('plan');
    if (made !== undefined) return this.get(made);
    const row = { code, name, priceAmount: minorUnits(price), priceCurrency: price.currency, active: true, features };
    try {
      await this.announced(async (plans) => {
        await plans.insert(row);
        await noteEffect((sql, values) => plans.query(sql, values), 'plan', code);
      });
    } catch (error) {
      if (isUniqueViolation(error)) throw new PlanCodeTaken(code, { cause: error });
      throw error;
    }
    return this.get(code);
  }

  /** @throws PLAN_NOT_FOUND */
  async change(code: string, { name, price, active, features }: PlanChange): Promise<PlanView> {
    const plan = await this.find(code);
    const money = price && { priceAmount: minorUnits(price), priceCurrency: price.currency };
    const changed = {
      name: name ?? plan.name,
      active: active ?? plan.active,
      features: features ?? plan.features,
      ...money,
    };
    return viewOfPlan(await this.announced((plans) => plans.save(Object.assign(plan, changed))));
  }

  /** What is written and that it was written become known together. */
  private async announced<T>(write: (plans: Repository<PlanEntity>) => Promise<T>): Promise<T> {
    const written = await this.plans.manager.transaction(async (manager) => {
      const result = await write(manager.getRepository(PlanEntity));
      await manager.query(ANNOUNCE_PLAN_SQL);
      return result;
    });
    this.features.forget();
    return written;
  }

  private async find(code: string): Promise<PlanEntity> {
    const plan = await this.plans.findOneBy({ code });
    if (!plan) throw new PlanNotFound();
    return plan;
  }
}
