import { fork } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { peakMemory } from './processes.mjs';

/** A server under measurement, in a process of its own that is spoken to over IPC (servers/subject-process.mjs). */
export class Subject {
  #child;

  /** @param log file that takes what the server prints */
  static async start({ name, script, options, log, nodeOptions = [] }) {
    const path = fileURLToPath(new URL(`../servers/${script}`, import.meta.url));
    const output = log === undefined ? 'ignore' : openSync(log, 'a');
    const child = fork(path, [], {
      execArgv: ['--expose-gc', ...nodeOptions],
      env: { PATH: process.env.PATH, NODE_ENV: 'production' },
      stdio: ['ignore', output, 'inherit', 'ipc'],
    });
    const subject = new Subject(name, child);
    subject.url = await subject.ask('start', options);
    return subject;
  }

  constructor(name, child) {
    this.name = name;
    this.#child = child;
  }

  async ask(what, options) {
    const ended = new AbortController();
    const waiting = { signal: ended.signal };
    this.#child.send({ what, options });
    const answers = [once(this.#child, 'message', waiting), once(this.#child, 'exit', waiting)];
    try {
      const [message] = await Promise.race(answers);
      if (typeof message !== 'object' || message === null) throw new Error(`${this.name} has ended.`);
      if (message.error) throw new Error(`${this.name}: ${message.error}`);
      return message.value;
    } finally {
      ended.abort();
      await Promise.allSettled(answers);
    }
  }

  /** CPU time in microseconds so far. */
  cpu() {
    return this.ask('cpu');
  }

  /** `{ rss, heapUsed }` in bytes after a garbage collection. */
  memory() {
    return this.ask('memory');
  }

  /** The most memory in bytes that it ever had; undefined where the system does not say. */
  peak() {
    return peakMemory(this.#child.pid);
  }

  async stop() {
    if (this.#child.exitCode !== null) return;
    const gone = once(this.#child, 'exit');
    await this.ask('stop');
    this.#child.disconnect();
    await gone;
  }
}
