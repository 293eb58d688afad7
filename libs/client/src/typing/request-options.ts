import type { QueryValue } from './values.js';

/** What every request may be given. */
export interface CommonOptions {
  /** Ends the request, whatever it waits for. */
  readonly signal?: AbortSignal;
  /** Milliseconds for each attempt; 0 for no limit. */
  readonly timeout?: number;
  /** Further headers; those that the client sets itself cannot be replaced. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** What a request that changes something may be given. */
export interface ChangeOptions extends CommonOptions {
  /** Entity tag, or an answer of this client that came with one: 412 if the resource has changed since (RFC 9110, 13.1.1). */
  readonly ifMatch?: string | object;
}

export interface PostOptions extends ChangeOptions {
  /** In place of the random one: 1 to 255 visible ASCII characters. */
  readonly idempotencyKey?: string;
}

type Parameters<Operation, Place extends string> = Operation extends { parameters: infer All }
  ? Place extends keyof All
    ? NonNullable<All[Place]>
    : never
  : never;

type PathOption<Values> = [Values] extends [never] ? { readonly params?: undefined } : { readonly params: Values };

/** What is known of a query, and filters, whose names depend on the resource. */
type QueryOption<Values> = {
  readonly query?: { readonly [K in keyof Values]?: Values[K] } & {
    readonly [K in `filter[${string}`]?: QueryValue;
  } & { readonly filter?: QueryValue };
};

type BodyOf<Operation> = Operation extends { requestBody?: infer Body }
  ? NonNullable<Body> extends { content: infer Media }
    ? Media[keyof Media]
    : never
  : never;

type BodyOption<Operation> = Operation extends { requestBody: object }
  ? { readonly body: BodyOf<Operation> }
  : [BodyOf<Operation>] extends [never]
    ? { readonly body?: undefined }
    : { readonly body?: BodyOf<Operation> };

export type GetOptions<Operation> = CommonOptions &
  PathOption<Parameters<Operation, 'path'>> &
  QueryOption<Parameters<Operation, 'query'>>;

export type SendOptions<Operation, Options extends CommonOptions> = Options &
  PathOption<Parameters<Operation, 'path'>> &
  QueryOption<Parameters<Operation, 'query'>> &
  BodyOption<Operation>;

/** The last argument of a method: it may be left out where nothing in it is needed. */
export type Argument<Options> = object extends Options ? [options?: Options] : [options: Options];
