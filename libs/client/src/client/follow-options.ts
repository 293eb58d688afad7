import type { PostOptions } from '../typing/request-options.js';
import type { PathValue } from '../typing/values.js';

/** How a link is followed. */
export interface FollowOptions extends PostOptions {
  /** `GET` by default. */
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Values for a templated link. */
  readonly params?: Readonly<Record<string, PathValue>>;
  readonly body?: unknown;
}
