import { DomainError, type DomainErrorOptions } from './domain-error.js';

/** One declared error, as `docs/errors.md` lists it. */
export interface ErrorDefinition {
  /** Stable, `AREA_REASON`. */
  readonly code: string;
  /** HTTP status code. */
  readonly status: number;
  readonly title: string;
}

type Message<Args extends unknown[]> = string | ((...args: Args) => string);

/** What `defineError` gives: a class to throw. */
export interface DefinedError<Args extends unknown[]> {
  new (...args: [...Args, DomainErrorOptions?]): DomainError;
  readonly definition: ErrorDefinition;
}

const catalogue = new Map<string, ErrorDefinition>();

/**
 * Declares an error of the API. Throw it with `throw new NoteTooLong(4000)`; a last argument of
 * `{ cause, errors, headers }` is optional.
 *
 * @param code stable machine-readable name, `AREA_REASON`
 * @param status HTTP status, 400 to 599
 * @param message one sentence for a person; never SQL, schema names, paths or secrets
 * @since 0.1.0
 */
export function defineError<Args extends unknown[] = []>(
  code: string,
  status: number,
  message: Message<Args>,
): DefinedError<Args> {
  if (!/^[A-Z][A-Z0-9]*(_[A-Z0-9]+)+$/.test(code)) throw new Error(`Error code "${code}" is not AREA_REASON.`);
  if (status < 400 || status > 599) throw new Error(`Error ${code} has status ${status}, outside 400 to 599.`);
  const definition: ErrorDefinition = { code, status, title: titleOf(code) };
  register(definition);
  const arity = typeof message === 'function' ? message.length : 0;

  return class extends DomainError {
    static readonly definition = definition;

    constructor(...args: [...Args, DomainErrorOptions?]) {
      const text = typeof message === 'function' ? message(...(args as unknown as Args)) : message;
      super(code, status, text, args[arity] as DomainErrorOptions | undefined);
    }
  };
}

/** Every error declared so far, in the order of their codes. */
export function errorCatalogue(): ErrorDefinition[] {
  return [...catalogue.values()].sort((a, b) => a.code.localeCompare(b.code));
}

function register(definition: ErrorDefinition): void {
  const known = catalogue.get(definition.code);
  if (known && known.status !== definition.status) {
    throw new Error(
      `Error ${definition.code} is declared twice, with status ${known.status} and ${definition.status}.`,
    );
  }
  catalogue.set(definition.code, definition);
}

function titleOf(code: string): string {
  const words = code.toLowerCase().replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
