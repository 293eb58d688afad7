import type { CommonOptions, PostOptions } from '../typing/request-options.js';
import type { PathValue, QueryValue } from '../typing/values.js';

/** A request in the API's terms. */
export interface Request {
  /** In capitals. */
  readonly method: string;
  /** As in the API description (`/notes/{id}`), or where a link leads. */
  readonly path: string;
  readonly options: RequestOptions;
  /** What link it is of what, where `path` is its target: an address without parameters. */
  readonly link?: string | undefined;
}

export interface RequestOptions extends CommonOptions, PostOptions {
  readonly params?: Readonly<Record<string, PathValue>> | undefined;
  readonly query?: Readonly<Record<string, QueryValue | undefined>> | undefined;
  readonly body?: unknown;
}
