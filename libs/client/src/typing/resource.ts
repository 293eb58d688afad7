/** A HAL link (draft-kelly-json-hal). */
export interface Link {
  readonly href: string;
  readonly templated?: boolean;
}

/**
 * A HAL document whose properties the API description does not name.
 *
 * @since 0.1.0
 */
export interface Resource {
  readonly _links?: Readonly<Record<string, Link | readonly Link[]>>;
  readonly [property: string]: unknown;
}
