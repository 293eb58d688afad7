/**
 * Where and how the embedded Postgres runs.
 *
 * @since 0.1.0
 */
export interface EmbeddedPostgresOptions {
  /**
   * The data folder; it is created, with its parents, when absent. Beside it lie `<dataDir>.password`
   * (the superuser's password), `<dataDir>.log` and `<dataDir>.users/` (which processes use the server):
   * back them up and move them together.
   */
  dataDir: string;
  /** A fixed port. By default the one that was used last when it is free, else any free one. */
  port?: number;
  /** A folder with `initdb`, `pg_ctl` and `postgres` to use instead of the ones from npm. */
  binDir?: string;
  /** More settings for `postgres -c name=value`; they count only when this call starts the server. */
  settings?: Record<string, string | number>;
  /**
   * Starts Postgres again, on the same port, when it dies while this process has its share in it. Otherwise it stays
   * as it is until the next call.
   */
  revive?: boolean;
  /** Is told in one line what was done that the operator may want to know. */
  log?: (line: string) => void;
}

/**
 * A running Postgres, and this process's share in it.
 *
 * @since 0.1.0
 */
export interface EmbeddedPostgres {
  /** `postgres://postgres:<password>@127.0.0.1:<port>/postgres`: the superuser. */
  readonly url: string;
  readonly port: number;
  /** The data folder as an absolute path. */
  readonly dataDir: string;
  /** Postgres was running already: another process uses it, or the one that started it was killed. */
  readonly adopted: boolean;
  /** The cluster was made by this call. */
  readonly created: boolean;
  /** Gives up this process's share; the last one stops Postgres (mode "fast") and waits for it. May be called twice. */
  readonly stop: () => Promise<void>;
  /** Ends Postgres with SIGKILL, as a power cut would, whoever uses it. For chaos tests. */
  readonly kill: () => Promise<void>;
}
