import { Body, Controller, Get, Param, Patch, Post } from '@nestjs/common';
import { OperatorOnly, Page, Throws } from '@tenantry/kernel';
import { PlanCodeTaken, PlanNotFound } from '../billing.errors.js';
import { NewPlan, PlanChange, PlanView } from './plan.dto.js';
import { Plans } from './plans.js';

@Controller('admin/plans')
@OperatorOnly()
export class PlansController {
  constructor(private readonly plans: Plans) {}

  /** All plans. */
  @Get()
  async list(): Promise<Page<PlanView>> {
    return new Page(await this.plans.list());
  }

  /** Makes a plan. */
  @Post()
  @Throws(PlanCodeTaken)
  create(@Body() body: NewPlan): Promise<PlanView> {
    return this.plans.create(body);
  }

  /** One plan. */
  @Get(':code')
  @Throws(PlanNotFound)
  get(@Param('code') code: string): Promise<PlanView> {
    return this.plans.get(code);
  }

  /** Changes a plan. Tenants keep theirs when it is no longer active. */
  @Patch(':code')
  @Throws(PlanNotFound)
  change(@Param('code') code: string, @Body() body: PlanChange): Promise<PlanView> {
    return this.plans.change(code, body);
  }
}
