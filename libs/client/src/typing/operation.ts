import type { Resource } from './resource.js';

export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';

type SuccessStatus = 200 | 201 | 202 | 203 | 204 | 205 | 206;

/** Paths of a description that have this method. */
export type PathsWith<Paths, M extends Method> = {
  [P in keyof Paths & string]: Paths[P] extends { readonly [K in M]: object } ? P : never;
}[keyof Paths & string];

/** The description of one method of one path. */
export type OperationAt<Paths, P extends keyof Paths, M extends Method> = M extends keyof Paths[P]
  ? Paths[P][M]
  : never;

type Content<Response, Status> = Response extends { content: infer Media extends object }
  ? Media[keyof Media]
  : Status extends 204 | 205
    ? undefined
    : Resource;

/** The body of a successful answer: `undefined` where there is none. */
export type AnswerOf<Operation> = Operation extends { responses: infer Responses }
  ? { [Status in keyof Responses & SuccessStatus]: Content<Responses[Status], Status> }[keyof Responses & SuccessStatus]
  : Resource;

/** A member of a collection's page. */
export type ItemOf<Page> = Page extends { _embedded: { item: readonly (infer Item)[] } } ? Item : Resource;
