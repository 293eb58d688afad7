import { ExitCode } from './exit-code.js';
import { printable } from './printable.js';

/** An error with a name that scripts can go by. */
interface CodedError extends Error {
  readonly code?: unknown;
  readonly errors?: readonly { readonly pointer: string; readonly detail: string }[];
}

/** Where text goes. */
export interface Output {
  write(text: string): unknown;
}

/** Where a command says things: results go to standard output, everything else to standard error. */
export class Terminal {
  /** Whether `--json` was given. */
  isJson = false;
  exitCode: number = ExitCode.ok;

  constructor(
    readonly out: Output,
    readonly err: Output,
  ) {}

  /** The result: the value with `--json`, else the words. */
  result(value: unknown, words: string): void {
    const text = this.isJson ? JSON.stringify(value, undefined, 2) : words;
    if (text) this.out.write(text.endsWith('\n') ? text : `${text}\n`);
  }

  /** Something besides the result. */
  note(text: string): void {
    this.err.write(`${text}\n`);
  }

  /** Ends the command as failed, with one line; values at fault follow it. */
  fail(error: unknown): void {
    const { code, message, errors } = told(error);
    this.exitCode = code === 'REQUEST_INVALID' ? ExitCode.usage : ExitCode.failed;
    if (this.isJson) return this.note(JSON.stringify({ error: { code, message, ...(errors && { errors }) } }));
    this.note(printable(`${code}: ${message}`, 'lines'));
    for (const { pointer, detail } of errors ?? []) this.note(printable(`  ${pointer} ${detail}`));
  }
}

function told(error: unknown): { code: string; message: string; errors?: CodedError['errors'] } {
  if (!(error instanceof Error)) return { code: 'UNEXPECTED', message: String(error) };
  const { code, name, message, errors } = error as CodedError;
  const isDomain = typeof code === 'string' && /^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$/.test(code);
  return { code: isDomain ? code : constantOf(name), message, ...(Array.isArray(errors) && { errors }) };
}

/** `InvalidSettings` is `INVALID_SETTINGS`; a plain `Error` has no name of its own. */
function constantOf(name: string): string {
  if (name === 'Error') return 'FAILED';
  return name.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toUpperCase();
}
