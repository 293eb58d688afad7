import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, IsString, Max, MaxLength, Min } from 'class-validator';
import { IsFilters, type FilterParameter } from '../collection/filter-parameter.js';
import { MayBeAbsent } from '../validation/may-be-absent.js';
import { MAX_CURSOR } from './cursor.js';
import { ResourceQuery } from './resource-query.dto.js';

/** Query of every collection. */
export class PageQuery extends ResourceQuery {
  /** How many items a page holds, at most 100. */
  @MayBeAbsent()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(100)
  limit: number = 25;

  /** The cursor from `_links.next` of the page before. */
  @MayBeAbsent()
  @IsString()
  @MaxLength(MAX_CURSOR)
  cursor?: string;

  /**
   * Conditions that members meet: `filter[status]=open`, `filter[createdAt][gte]=2026-01-01T00:00:00Z`. Operators: eq
   * (when none is named), ne, gt, gte, lt, lte, in (values separated by commas), prefix, null (`true` or `false`). At most
   * 10 conditions and 100 values.
   */
  @ApiProperty({ type: 'object', additionalProperties: { type: 'string' } })
  @MayBeAbsent()
  @IsFilters()
  filter?: readonly FilterParameter[];

  /**
   * At most three properties to sort by, separated by commas, the first one first; `-` sorts downwards. Members without
   * a value come last, downwards first.
   *
   * @example '-createdAt,title'
   */
  @MayBeAbsent()
  @IsString()
  @MaxLength(1000)
  sort?: string;
}
