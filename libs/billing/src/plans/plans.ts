import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { isUniqueViolation, PLATFORM } from '@tenantry/tenancy';
import type { Repository } from 'typeorm';
import { PlanCodeTaken, PlanNotFound, PlanUnknown } from '../billing.errors.js';
import { minorUnits, viewOfPlan, type NewPlan, type PlanChange, type PlanView } from './plan.dto.js';
import { PlanEntity } from './plan.entity.js';

@Injectable()
export class Plans {
  constructor(@InjectRepository(PlanEntity, PLATFORM) private readonly plans: Repository<PlanEntity>) {}

  async list(): Promise<PlanView[]> {
    return (await this.plans.find({ order: { priceAmount: 'ASC', code: 'ASC' } })).map(viewOfPlan);
  }

  async get(code: string): Promise<PlanView> {
    return viewOfPlan(await this.find(code));
  }

  /** @throws PLAN_UNKNOWN when there is none, or none that a tenant may subscribe to */
  async requireActive(code: string): Promise<void> {
    const plan = await this.plans.findOneBy({ code, active: true });
    if (!plan) throw new PlanUnknown(code);
  }

  /** @throws PLAN_CODE_TAKEN */
  async create({ code, name, price }: NewPlan): Promise<PlanView> {
    const row = { code, name, priceAmount: minorUnits(price), priceCurrency: price.currency, active: true };
    try {
      await this.plans.insert(row);
    } catch (error) {
      if (isUniqueViolation(error)) throw new PlanCodeTaken(code, { cause: error });
      throw error;
    }
    return this.get(code);
  }

  /** @throws PLAN_NOT_FOUND */
  async change(code: string, { name, price, active }: PlanChange): Promise<PlanView> {
    const plan = await this.find(code);
    const money = price && { priceAmount: minorUnits(price), priceCurrency: price.currency };
    const changed = { name: name ?? plan.name, active: active ?? plan.active, ...money };
    return viewOfPlan(await this.plans.save(Object.assign(plan, changed)));
  }

  private async find(code: string): Promise<PlanEntity> {
    const plan = await this.plans.findOneBy({ code });
    if (!plan) throw new PlanNotFound();
    return plan;
  }
}
