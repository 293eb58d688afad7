import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayUnique,
  IsArray,
  IsBoolean,
  IsDefined,
  IsIn,
  IsObject,
  IsString,
  Length,
  Matches,
  ValidateNested,
} from 'class-validator';
import { MayBeAbsent } from '@tenantry/kernel';
import type { PlanEntity } from './plan.entity.js';

/** Currencies of two decimal places that a price may be in. */
export const CURRENCIES = ['EUR', 'USD', 'GBP', 'CHF', 'SEK', 'NOK', 'DKK', 'PLN', 'CZK', 'CAD', 'AUD'] as const;

const FEATURE_NAME = /^[a-z][a-z0-9-]{0,63}$/;

/** An amount of money. */
export class Money {
  /** @example "49.00" */
  @IsString()
  @Matches(/^(0|[1-9]\d{0,6})\.\d{2}$/, { message: 'amount must have two decimal places, such as "12.50"' })
  amount!: string;

  /** @example "EUR" */
  @IsIn(CURRENCIES)
  currency!: string;
}

export class NewPlan {
  /** @example "business" */
  @IsString()
  @Matches(/^[a-z][a-z0-9-]{0,38}[a-z0-9]$/, { message: 'code must be lower-case letters, digits and "-"' })
  code!: string;

  @IsString()
  @Length(1, 100)
  name!: string;

  /** For a month. */
  @IsDefined()
  @IsObject()
  @ValidateNested()
  @Type(() => Money)
  price!: Money;

  /** Optional features that its tenants may use, by the names that modules give them; none when absent. @example ["export"] */
  @MayBeAbsent()
  @IsArray()
  @ArrayMaxSize(100)
  @ArrayUnique()
  @IsString({ each: true })
  @Matches(FEATURE_NAME, { each: true, message: 'each of features must be lower-case letters, digits and "-"' })
  features?: string[];
}

export class PlanChange {
  @MayBeAbsent()
  @IsString()
  @Length(1, 100)
  name?: string;

  /** For a month. */
  @MayBeAbsent()
  @IsObject()
  @ValidateNested()
  @Type(() => Money)
  price?: Money;

  /** Whether new tenants may subscribe to it. */
  @MayBeAbsent()
  @IsBoolean()
  active?: boolean;

  /** Replaces all of its features, at once for every tenant that has the plan. @example ["export"] */
  @MayBeAbsent()
  @IsArray()
  @ArrayMaxSize(100)
  @ArrayUnique()
  @IsString({ each: true })
  @Matches(FEATURE_NAME, { each: true, message: 'each of features must be lower-case letters, digits and "-"' })
  features?: string[];
}

export class PlanView {
  code!: string;
  name!: string;
  price!: Money;
  active!: boolean;
  features!: string[];
  createdAt!: Date;
  updatedAt!: Date;
  _links!: { self: { href: string } };
}

export function viewOfPlan(plan: PlanEntity): PlanView {
  const { code, name, priceAmount, priceCurrency: currency, active, features, createdAt, updatedAt } = plan;
  const digits = String(priceAmount).padStart(3, '0');
  const price = { amount: `${digits.slice(0, -2)}.${digits.slice(-2)}`, currency };
  return {
    code,
    name,
    price,
    active,
    features,
    createdAt,
    updatedAt,
    _links: { self: { href: `/admin/plans/${code}` } },
  };
}

/** The amount in the currency's minor unit; exact, the text has two decimal places. */
export function minorUnits({ amount }: Money): number {
  return Number(amount.replace('.', ''));
}
