import { GivenToken } from '../credentials/given-token.js';
import { SessionEndpoints } from '../credentials/session-endpoints.js';
import { Session } from '../credentials/session.js';
import { MemoryTokenStore, type Credentials } from '../credentials/tokens.js';
import { targetOf } from '../links/target-of.js';
import { itemsOf, pagesFrom } from '../pages/walk.js';
import type { ResponseInfo } from '../response/response-info.js';
import type { paths } from '../schema.js';
import type { AnswerOf, ItemOf, OperationAt, PathsWith } from '../typing/operation.js';
import type { Argument, ChangeOptions, GetOptions, PostOptions, SendOptions } from '../typing/request-options.js';
import type { Resource } from '../typing/resource.js';
import type { ClientOptions } from './client-options.js';
import type { FollowOptions } from './follow-options.js';
import type { RequestOptions } from './request.js';
import { Requester } from './requester.js';

/**
 * A client of the API for one caller: a user of a tenant, an operator, or nobody.
 *
 * Every method throws `ApiProblem` when the server refuses, `RequestFailed` when there is no answer, and the reason of the
 * request's `signal` when that is aborted.
 *
 * @typeParam Paths the API's description as openapi-typescript writes it; by default that of Tenantry and its example module
 * @since 0.1.0
 */
export class TenantryClient<Paths extends object = paths> {
  private readonly requester: Requester;
  private readonly authority: Session | GivenToken;

  /** @throws TypeError when the options contradict each other */
  constructor(options: ClientOptions) {
    if (options.accessToken !== undefined && options.tokens)
      throw new TypeError('Either accessToken or tokens: a given token is not stored.');
    this.requester = new Requester(options);
    this.authority = options.accessToken === undefined ? this.session(options) : new GivenToken(options.accessToken);
  }

  /** Reads. */
  get<P extends PathsWith<Paths, 'get'>>(
    path: P,
    ...[options]: Argument<GetOptions<OperationAt<Paths, P, 'get'>>>
  ): Promise<AnswerOf<OperationAt<Paths, P, 'get'>>> {
    return this.send('GET', path, options);
  }

  /** Makes or does something, under an `Idempotency-Key` that stays the same when the request is repeated. */
  post<P extends PathsWith<Paths, 'post'>>(
    path: P,
    ...[options]: Argument<SendOptions<OperationAt<Paths, P, 'post'>, PostOptions>>
  ): Promise<AnswerOf<OperationAt<Paths, P, 'post'>>> {
    return this.send('POST', path, options);
  }

  /** Replaces. */
  put<P extends PathsWith<Paths, 'put'>>(
    path: P,
    ...[options]: Argument<SendOptions<OperationAt<Paths, P, 'put'>, ChangeOptions>>
  ): Promise<AnswerOf<OperationAt<Paths, P, 'put'>>> {
    return this.send('PUT', path, options);
  }

  /** Changes; never repeated by itself. */
  patch<P extends PathsWith<Paths, 'patch'>>(
    path: P,
    ...[options]: Argument<SendOptions<OperationAt<Paths, P, 'patch'>, ChangeOptions>>
  ): Promise<AnswerOf<OperationAt<Paths, P, 'patch'>>> {
    return this.send('PATCH', path, options);
  }

  /** Deletes. Repeated after a lost answer it may throw 404: then the first attempt did it. */
  delete<P extends PathsWith<Paths, 'delete'>>(
    path: P,
    ...[options]: Argument<SendOptions<OperationAt<Paths, P, 'delete'>, ChangeOptions>>
  ): Promise<AnswerOf<OperationAt<Paths, P, 'delete'>>> {
    return this.send('DELETE', path, options);
  }

  /** All members of a collection, over all its pages, each page fetched when it is reached. */
  list<P extends PathsWith<Paths, 'get'>>(
    path: P,
    ...options: Argument<GetOptions<OperationAt<Paths, P, 'get'>>>
  ): AsyncGenerator<ItemOf<AnswerOf<OperationAt<Paths, P, 'get'>>>, void, undefined> {
    return itemsOf(this.pages(path, ...options));
  }

  /** The pages of a collection, each fetched when it is reached. */
  pages<P extends PathsWith<Paths, 'get'>>(
    path: P,
    ...[options]: Argument<GetOptions<OperationAt<Paths, P, 'get'>>>
  ): AsyncGenerator<AnswerOf<OperationAt<Paths, P, 'get'>>, void, undefined> {
    type Page = AnswerOf<OperationAt<Paths, P, 'get'>>;
    const { signal, timeout, headers } = (options ?? {}) as RequestOptions;
    const common = Object.fromEntries(
      Object.entries({ signal, timeout, headers }).filter(([, value]) => value !== undefined),
    );
    return pagesFrom(
      () => this.send<Page>('GET', path, options),
      (href) => this.send<Page>('GET', href, common, path),
    );
  }

  /**
   * Goes where a link of a resource leads.
   *
   * @param rel the link's relation, for example `next`
   * @throws TypeError when the resource has no such link, or it leads to another server
   */
  async follow<Answer = Resource>(resource: object, rel: string, options: FollowOptions = {}): Promise<Answer> {
    const { method = 'GET', params, ...rest } = options;
    return this.send(method, targetOf(resource, rel, params), rest, rel);
  }

  /** Signs a user of the tenant in; from then on the session is refreshed when it must be. */
  async signIn(credentials: Credentials): Promise<void> {
    await this.ownSession().signIn(credentials);
  }

  /**
   * Signs an operator in. Operators have no refresh token: the credentials stay in memory until `signOut`, and sign in
   * again when the access token has expired.
   */
  async signInOperator(credentials: Credentials): Promise<void> {
    await this.ownSession().signInOperator(credentials);
  }

  /** Ends the session. Its tokens are forgotten also when this throws because the server could not be told. */
  async signOut(): Promise<void> {
    await this.ownSession().signOut();
  }

  /** Status and headers that an answer of this client came with. */
  responseOf(answer: object): ResponseInfo | undefined {
    return this.requester.memory.of(answer);
  }

  private session({ tokens = new MemoryTokenStore() }: ClientOptions): Session {
    const post = (path: string, body: unknown, token?: string) =>
      this.requester.send(
        { method: 'POST', path, options: { body } },
        token === undefined ? undefined : new GivenToken(token),
      );
    return new Session(new SessionEndpoints(post), tokens);
  }

  private ownSession(): Session {
    if (this.authority instanceof Session) return this.authority;
    throw new TypeError('This client was given an access token: signing in and out is for who gave it.');
  }

  private async send<Answer>(method: string, path: string, options?: object, link?: string): Promise<Answer> {
    const request = { method, path, options: (options ?? {}) as RequestOptions, link };
    return (await this.requester.send(request, this.authority)) as Answer;
  }
}
