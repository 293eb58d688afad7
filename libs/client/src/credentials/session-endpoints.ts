import { isProblem } from '../problem/is-problem.js';
import type { Credentials, Tokens } from './tokens.js';

/** Sends a POST with this token, or nobody's, and gives its answer's body. */
export type Post = (path: string, body: unknown, token?: string) => Promise<unknown>;

/** The routes that make and end sessions. */
export class SessionEndpoints {
  constructor(private readonly post: Post) {}

  async signIn(credentials: Credentials): Promise<Tokens> {
    return tokensOf(await this.post('/auth/login', pick(credentials)));
  }

  async signInOperator(credentials: Credentials): Promise<Tokens> {
    return tokensOf(await this.post('/admin/auth/login', pick(credentials)));
  }

  async refresh(refreshToken: string): Promise<Tokens> {
    return tokensOf(await this.post('/auth/refresh', { refreshToken }));
  }

  /** @returns false when the server does not take the access token any more */
  async signOut(accessToken: string): Promise<boolean> {
    try {
      await this.post('/auth/logout', undefined, accessToken);
      return true;
    } catch (error) {
      if (isProblem(error) && error.status === 401) return false;
      throw error;
    }
  }
}

/** Nothing else that the caller's object happens to hold. */
function pick({ email, password }: Credentials): Credentials {
  return { email, password };
}

function tokensOf(answer: unknown): Tokens {
  const { accessToken, refreshToken } = answer as Tokens;
  return refreshToken === undefined ? { accessToken } : { accessToken, refreshToken };
}
