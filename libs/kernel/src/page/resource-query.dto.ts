import { IsString, MaxLength } from 'class-validator';
import { MayBeAbsent } from '../validation/may-be-absent.js';

/**
 * Query of a single resource.
 *
 * @since 0.1.0
 */
export class ResourceQuery {
  /**
   * Which properties to answer with, separated by commas; absent: all. `id`, `_links` and `_embedded` always come.
   *
   * @example 'title,createdAt'
   */
  @MayBeAbsent()
  @IsString()
  @MaxLength(1000)
  fields?: string;

  /** Relations to answer with in `_embedded`, separated by commas. */
  @MayBeAbsent()
  @IsString()
  @MaxLength(1000)
  embed?: string;
}
