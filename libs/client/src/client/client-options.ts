import type { TokenProvider } from '../credentials/given-token.js';
import type { TokenStore } from '../credentials/tokens.js';
import type { DeprecationNotice } from '../deprecation/deprecation-notice.js';
import type { RetryPolicy } from '../retry/retry-policy.js';
import type { Fetch } from '../transport/attempt.js';

/**
 * Whom a client talks to, and how.
 *
 * @since 0.1.0
 */
export interface ClientOptions {
  /** The server's address; a tenant's own (`https://acme.example.com`) says which tenant is meant. */
  readonly url: string;
  /** Slug or id of the tenant, where its own address is not used; sent as `X-Tenant`. */
  readonly tenant?: string;
  /** An access token that somebody else looks after, or what gives one; in place of signing in. */
  readonly accessToken?: string | TokenProvider;
  /** Keeps the tokens of a sign-in; in memory by default. */
  readonly tokens?: TokenStore;
  /** `API-Version` of every request; by default that which the types were generated from. */
  readonly apiVersion?: string;
  /** Milliseconds for each attempt of a request; 0 for no limit. Default 30,000. */
  readonly timeout?: number;
  readonly retry?: Partial<RetryPolicy>;
  /** Called once for each operation that is deprecated. */
  readonly onDeprecation?: (notice: DeprecationNotice) => void;
  /** In place of the global one. */
  readonly fetch?: Fetch;
}
