import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsEmail,
  IsIn,
  IsInt,
  IsString,
  Length,
  Matches,
  Max,
  Min,
  ValidateNested,
} from 'class-validator';
import { MayBeAbsent } from '@tenantry/platform';
import { ORDER_STATUSES, type Order, type OrderStatus } from './order.entity.js';

export class Customer {
  @IsString()
  @Length(1, 200)
  name!: string;

  @IsEmail()
  email!: string;
}

export class CustomerChange {
  @MayBeAbsent()
  @IsString()
  @Length(1, 200)
  name?: string;

  @MayBeAbsent()
  @IsEmail()
  email?: string;
}

export class NewOrderLine {
  @IsString()
  @Length(1, 200)
  product!: string;

  @IsInt()
  @Min(1)
  @Max(100_000)
  quantity!: number;

  /** Decimal, of one piece, in the order's currency. @example "9.50" */
  @Matches(/^\d{1,12}\.\d{2}$/, { message: 'unitPrice must be an amount with two decimals' })
  unitPrice!: string;
}

export class NewOrder {
  @IsString()
  @Length(1, 40)
  number!: string;

  /** ISO 4217. @example "EUR" */
  @Matches(/^[A-Z]{3}$/, { message: 'currency must be an ISO 4217 code' })
  currency!: string;

  @ValidateNested()
  @Type(() => Customer)
  customer!: Customer;

  @ValidateNested({ each: true })
  @Type(() => NewOrderLine)
  @ArrayMinSize(1)
  @ArrayMaxSize(100)
  lines!: NewOrderLine[];
}

export class OrderChange {
  @ApiPropertyOptional({ enum: ORDER_STATUSES })
  @MayBeAbsent()
  @IsIn(ORDER_STATUSES)
  status?: OrderStatus;

  @MayBeAbsent()
  @ValidateNested()
  @Type(() => CustomerChange)
  customer?: CustomerChange;
}

export class OrderLineView {
  product!: string;
  quantity!: number;
  /** Decimal, of one piece, in the order's currency. @example "9.50" */
  unitPrice!: string;
}

export class OrderView {
  id!: string;
  number!: string;

  @ApiProperty({ enum: ORDER_STATUSES })
  status!: OrderStatus;

  /** ISO 4217. @example "EUR" */
  currency!: string;
  customer!: Customer;
  lines!: OrderLineView[];
  createdAt!: Date;
  updatedAt!: Date;
}

export function viewOf({ customerName, customerEmail, lines, ...order }: Order): OrderView {
  const { id, number, status, currency, createdAt, updatedAt } = order;
  return {
    id,
    number,
    status,
    currency,
    customer: { name: customerName, email: customerEmail },
    lines: lines.map(({ product, quantity, unitPrice }) => ({ product, quantity, unitPrice })),
    createdAt,
    updatedAt,
  };
}
