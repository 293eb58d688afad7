import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Postgres } from './postgres.mjs';
import { Subject } from './subject.mjs';

/** What the comparisons of one run share: the folder, the Postgres, and what one makes and another uses again. */
export class Bench {
  #subjects = [];
  #shared = new Map();

  static async open(amounts) {
    const folder = await mkdtemp(join(tmpdir(), 'tenantry-bench-'));
    await chmod(folder, 0o755); // as root, Postgres runs as another user, who must get in
    try {
      return new Bench(amounts, folder, await Postgres.start(folder));
    } catch (error) {
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  }

  constructor(amounts, folder, postgres) {
    this.amounts = amounts;
    this.folder = folder;
    this.postgres = postgres;
  }

  get postgresVersion() {
    return this.postgres.version;
  }

  async start(name, script, options, more = {}) {
    const subject = await Subject.start({ name, script, options, ...more });
    this.#subjects.push(subject);
    return subject;
  }

  /** Makes something once in a run. */
  once(key, make) {
    if (!this.#shared.has(key)) this.#shared.set(key, make());
    return this.#shared.get(key);
  }

  async close() {
    await Promise.allSettled(this.#subjects.map((subject) => subject.stop()));
    await this.postgres.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}
