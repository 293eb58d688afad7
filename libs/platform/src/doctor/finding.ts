/** How bad it is: `error` means that something does not hold or will fail, `warning` that it might. */
export type Severity = 'ok' | 'warning' | 'error';

/**
 * One thing that the doctor looked at.
 *
 * @since 0.1.0
 */
export interface Finding {
  /** What should be so. */
  readonly check: string;
  readonly severity: Severity;
  /** What was found. */
  readonly detail: string;
  /** A command, SQL or setting that mends it; absent where nothing is amiss. */
  readonly remedy?: string;
}

interface Judgement {
  /** What was found, good or bad. */
  readonly detail?: string;
  readonly remedy: string;
  /** How bad it is where it is not so; `error` when absent. */
  readonly otherwise?: Exclude<Severity, 'ok'>;
}

/** A finding: fine where `ok`, else as bad as the judgement says. */
export function finding(check: string, ok: boolean, { detail = '', remedy, otherwise = 'error' }: Judgement): Finding {
  return ok ? { check, severity: 'ok', detail } : { check, severity: otherwise, detail, remedy };
}
