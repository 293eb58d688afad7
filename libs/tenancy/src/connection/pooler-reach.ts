import { connect } from 'node:net';
import pg from 'pg';

/** Milliseconds until a pooler that says nothing counts as down: less than load balancers wait. */
const PATIENCE = 2_000;
/** SSLRequest, which is answered with one byte before anybody logs in (PostgreSQL: Message Formats). */
const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]);

/**
 * Whether the pooler in front of tenants' statements is there. Asks for an answer and for no connection to Postgres, so
 * that one that is busy does not look like one that is down.
 */
export class PoolerReach {
  private asked?: Promise<void>;

  /** @param url of the pooler; without one there is nothing to reach */
  constructor(
    private readonly url: string | undefined,
    private readonly patience = PATIENCE,
  ) {}

  /**
   * Many at once ask the pooler once.
   *
   * @throws Error when it does not answer
   */
  check(): Promise<void> {
    if (this.url === undefined) return Promise.resolve();
    this.asked ??= ask(new pg.Client(this.url), this.patience).finally(() => (this.asked = undefined));
    return this.asked;
  }
}

function ask({ host, port }: pg.Client, patience: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(host.startsWith('/') ? { path: `${host}/.s.PGSQL.${port}` } : { host, port });
    socket.setTimeout(patience, () => socket.destroy(new Error(`The pooler did not answer within ${patience} ms.`)));
    socket.once('connect', () => socket.write(SSL_REQUEST));
    socket.once('data', () => {
      resolve();
      socket.destroy();
    });
    socket.once('error', reject);
    socket.once('close', () => reject(new Error('The pooler ended the connection.')));
  });
}
