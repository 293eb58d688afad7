import type { Access, IsAvailable } from '@tenantry/kernel';
import type { FormProperty } from './form-property.js';

/** What the links need to know of a route. */
export interface LinkedRoute {
  /** Name of the module that brings it. */
  readonly module: string;
  /** `GET`, `POST`, ... */
  readonly method: string;
  /** With a leading slash and `:parameters`. */
  readonly path: string;
  readonly access: Access;
  /** The optional feature that it belongs to. */
  readonly feature?: string;
  /** What `@Rel` says. */
  readonly rel?: string;
  /** Set where `@Offered` shows it in the root document. */
  readonly isOffered?: boolean;
  readonly isAvailable?: IsAvailable<object>;
  /** One sentence for a person. */
  readonly title?: string;
  /** Media type of its body, where that is not JSON. */
  readonly contentType?: string;
  /** What its body holds; undefined where it takes none. */
  readonly properties?: readonly FormProperty[];
}
