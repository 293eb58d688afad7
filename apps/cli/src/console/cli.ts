import { StructuredLogger, withAdministration, type Administration, type PlatformOptions } from '@tenantry/platform';
import type { Readable } from 'node:stream';
import type { Terminal } from './terminal.js';

/** What surrounds a command. */
export interface Surroundings {
  readonly terminal: Terminal;
  readonly input: Readable & { readonly isTTY?: boolean };
  readonly logLevel: string;
  /** Parsed from the environment when absent. */
  readonly settings?: PlatformOptions['settings'];
  /** The modules that this project lists. */
  modules(): Promise<Required<PlatformOptions>['modules']>;
}

/** What every command is given. */
export class Cli {
  readonly terminal: Terminal;
  readonly input: Surroundings['input'];
  /** What the platform has to say goes to standard error. */
  readonly logger: StructuredLogger;

  constructor(private readonly surroundings: Surroundings) {
    this.terminal = surroundings.terminal;
    this.input = surroundings.input;
    this.logger = new StructuredLogger(surroundings.logLevel, { write: (line) => void this.terminal.err.write(line) });
  }

  /** What a function of the platform is given. */
  async options(): Promise<PlatformOptions> {
    const { settings } = this.surroundings;
    return { logger: this.logger, modules: await this.surroundings.modules(), ...(settings && { settings }) };
  }

  /** Work that only reads the installation. */
  async reading<T>(work: (administration: Administration) => Promise<T>): Promise<T> {
    return withAdministration({ ...(await this.options()), isReading: true }, work);
  }

  /** Work that changes the installation. */
  async changing<T>(work: (administration: Administration) => Promise<T>): Promise<T> {
    return withAdministration(await this.options(), work);
  }
}
