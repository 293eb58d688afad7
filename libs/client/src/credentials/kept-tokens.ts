import type { Tokens, TokenStore } from './tokens.js';

/** The tokens in use, and the store's copy of them, which another client may share. */
export class KeptTokens {
  private tokens: Tokens | undefined;
  private isLoaded = false;
  private isSaved = true;
  private changes = 0;

  constructor(private readonly store: TokenStore) {}

  async current(): Promise<Tokens | undefined> {
    return this.isLoaded ? this.tokens : this.reload();
  }

  /** What the store holds by now: another client may have refreshed, or signed out. */
  async reload(): Promise<Tokens | undefined> {
    // What could not be saved is newer than what is stored.
    if (!this.isSaved) return this.tokens;
    const before = this.changes;
    const stored = await this.store.load();
    // Somebody may have signed in while the store was read.
    if (this.changes === before) this.tokens = stored;
    this.isLoaded = true;
    return this.tokens;
  }

  /** In use from now on, even if the store fails. */
  async keep(tokens: Tokens | undefined): Promise<void> {
    this.tokens = tokens;
    this.changes += 1;
    this.isLoaded = true;
    this.isSaved = false;
    await this.store.save(tokens);
    this.isSaved = true;
  }
}
