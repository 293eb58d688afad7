import { Type } from 'class-transformer';
import { IsInt, IsString, Max, MaxLength, Min } from 'class-validator';
import { MayBeAbsent } from '../validation/may-be-absent.js';

/** Query of every collection. */
export class PageQuery {
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
  @MaxLength(200)
  cursor?: string;
}
