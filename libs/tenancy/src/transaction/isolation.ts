/** Isolation levels of Postgres, the weakest first. */
const LEVELS = ['READ UNCOMMITTED', 'READ COMMITTED', 'REPEATABLE READ', 'SERIALIZABLE'] as const;

/** How a transaction is kept apart from others at work at the same time (Postgres manual, section 13.2). */
export type Isolation = (typeof LEVELS)[number];

/** Whether a statement that begins or sets a transaction asks for more than this isolation. */
export function asksForMore(statement: string, isolation: Isolation): boolean {
  const words = statement.toUpperCase().replace(/\s+/g, ' ');
  const wanted = LEVELS.findIndex((level) => words.includes(`ISOLATION LEVEL ${level}`));
  return wanted > LEVELS.indexOf(isolation);
}
