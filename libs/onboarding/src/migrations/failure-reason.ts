const REASONS: Record<string, string> = {
  '42P07': 'A table or index of this name is there already.',
  '42701': 'A column of this name is there already.',
  '42710': 'An object of this name is there already.',
  '42P01': 'A table is missing.',
  '42703': 'A column is missing.',
  '42704': 'An object is missing.',
  '55P03': 'A table was in use for longer than the migration waits.',
  '40P01': 'It and a request waited for each other.',
  '57014': 'It took longer than it may.',
  '53100': 'The disk is full.',
};
const CLASSES: Record<string, string> = {
  '23': 'Rows of the tenant break a rule that the migration makes.',
  '22': 'A value of the tenant does not fit.',
  '42': 'Postgres refused a statement: the schema is not what the migration expects, or a privilege is missing.',
  '53': 'Postgres ran out of a resource.',
  '08': 'The connection to Postgres was lost.',
  '57': 'Postgres was stopped.',
};

/** Says in words of our own why a tenant could not be migrated: Postgres' words name tables and rows. */
export function failureReason(sqlState: string | null): string {
  const known = sqlState === null ? undefined : (REASONS[sqlState] ?? CLASSES[sqlState.slice(0, 2)]);
  return known ?? 'It failed: see the log of the process that ran it.';
}
