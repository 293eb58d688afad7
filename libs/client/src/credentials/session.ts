import { isProblem } from '../problem/is-problem.js';
import type { Authority } from './authority.js';
import { KeptTokens } from './kept-tokens.js';
import { OneAfterAnother } from './one-after-another.js';
import type { SessionEndpoints } from './session-endpoints.js';
import type { Credentials, Tokens, TokenStore } from './tokens.js';

/** Somebody who signs in, is kept signed in, and signs out. */
export class Session implements Authority {
  private readonly kept: KeptTokens;
  /** Sign-in, refresh and sign-out never overlap: what a slow one brings would undo the next. */
  private readonly changes = new OneAfterAnother();
  /** An operator's, who gets no refresh token; in memory alone. */
  private operator: Credentials | undefined;
  private renewal: { readonly refused: string; readonly done: Promise<void> } | undefined;

  constructor(
    private readonly endpoints: SessionEndpoints,
    store: TokenStore,
  ) {
    this.kept = new KeptTokens(store);
  }

  signIn(credentials: Credentials): Promise<void> {
    return this.changes.run(async () => {
      const tokens = await this.endpoints.signIn(credentials);
      this.operator = undefined;
      await this.kept.keep(tokens);
    });
  }

  signInOperator(credentials: Credentials): Promise<void> {
    return this.changes.run(async () => {
      const tokens = await this.endpoints.signInOperator(credentials);
      this.operator = { ...credentials };
      await this.kept.keep(tokens);
    });
  }

  /** Forgets the tokens, also when the server cannot be told. */
  signOut(): Promise<void> {
    return this.changes.run(async () => {
      const tokens = await this.kept.reload();
      this.operator = undefined;
      try {
        await this.kept.keep(undefined);
      } finally {
        if (tokens?.refreshToken !== undefined) await this.end(tokens.accessToken, tokens.refreshToken);
      }
    });
  }

  async token(): Promise<string | undefined> {
    return (await this.kept.current())?.accessToken;
  }

  async renewed(refused: string): Promise<string | undefined> {
    if ((await this.token()) === refused) await this.renew(refused);
    return this.token();
  }

  /** One renewal for all requests that were refused with the same token. */
  private renew(refused: string): Promise<void> {
    if (this.renewal?.refused === refused) return this.renewal.done;
    const done = this.changes
      .run(() => this.exchange(refused))
      .finally(() => {
        if (this.renewal?.done === done) this.renewal = undefined;
      });
    this.renewal = { refused, done };
    return done;
  }

  private async exchange(refused: string): Promise<void> {
    const tokens = await this.kept.reload();
    if (tokens?.accessToken !== refused) return;
    try {
      const next = await this.successor(tokens);
      if (next) await this.kept.keep(next);
    } catch (error) {
      if (!isProblem(error) || error.status !== 401) throw error;
      // The session has ended, or the operator's password is another: asking again would not help.
      this.operator = undefined;
      await this.kept.keep(undefined);
    }
  }

  private async successor({ refreshToken }: Tokens): Promise<Tokens | undefined> {
    if (refreshToken !== undefined) return this.endpoints.refresh(refreshToken);
    return this.operator && this.endpoints.signInOperator(this.operator);
  }

  /** An access token that has expired cannot end its session: its successor can. */
  private async end(accessToken: string, refreshToken: string): Promise<void> {
    if (await this.endpoints.signOut(accessToken)) return;
    try {
      const { accessToken: next } = await this.endpoints.refresh(refreshToken);
      await this.endpoints.signOut(next);
    } catch (error) {
      if (!isProblem(error) || error.status !== 401) throw error;
    }
  }
}
