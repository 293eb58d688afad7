/** Something about a migration that hurts tenants that are there. */
export interface LintFinding {
  readonly migration: string;
  readonly rule: string;
  /** What it is about, such as `note.title`. */
  readonly subject: string;
  readonly message: string;
  /** An error breaks the software of the release before; a warning locks tables. */
  readonly level: 'warning' | 'error';
}

/** What a rule has found; which migration it is of, and how bad it is, is not for the rule to say. */
export type Found = Omit<LintFinding, 'migration' | 'level'>;

/** As a line of a log. */
export function describeFinding({ level, migration, rule, subject, message }: LintFinding): string {
  return `${level} ${migration}: ${rule} ${subject}: ${message}`;
}
