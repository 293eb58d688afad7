import type { Authority } from './authority.js';

/**
 * Gives the access token for a request.
 *
 * @param refused the token that the server has just not accepted: a cache must not give it again
 * @since 0.1.0
 */
export type TokenProvider = (refused?: string) => string | Promise<string>;

/** An access token that somebody else looks after. */
export class GivenToken implements Authority {
  private readonly provide: TokenProvider;

  constructor(given: string | TokenProvider) {
    this.provide = typeof given === 'string' ? () => given : given;
  }

  async token(): Promise<string> {
    return this.provide();
  }

  async renewed(refused: string): Promise<string> {
    return this.provide(refused);
  }
}
