import { parseSql, type Node } from './sql-grammar.js';

/** Sends one statement and gives its rows. */
export type Send = (sql: string, parameters?: unknown[]) => Promise<Record<string, unknown>[]>;

const name = String.raw`("[^"]+"|[a-z_][\w$]*)`;
const createIndex = new RegExp(
  String.raw`^\s*CREATE\s+(?:UNIQUE\s+)?INDEX\s+CONCURRENTLY\s+(?:IF\s+NOT\s+EXISTS\s+)?${name}\s+ON\b`,
  'i',
);
const dropIndex = new RegExp(String.raw`^\s*DROP\s+INDEX\s+CONCURRENTLY\s+(?:IF\s+EXISTS\s+)?${name}`, 'i');
const harmless = [
  /^\s*REINDEX\s+(\([^)]*\)\s*)?(INDEX|TABLE)\s+CONCURRENTLY\b/i,
  /^\s*ALTER\s+TABLE\s+\S+\s+VALIDATE\s+CONSTRAINT\b/i,
  /^\s*ALTER\s+TYPE\s+\S+\s+ADD\s+VALUE\s+IF\s+NOT\s+EXISTS\b/i,
  /^\s*(VACUUM|ANALYZE)\b(?!.*\bFULL\b)/i,
];

/** Whether a text is one statement that may run again after a crash: what a migration outside a transaction may hold. */
export async function isRepeatable(sql: string): Promise<boolean> {
  if (![createIndex, dropIndex, ...harmless].some((form) => form.test(sql))) return false;
  const [statement, ...more] = (await parseSql(sql)) ?? [];
  return statement !== undefined && more.length === 0 && !doesMore(statement);
}

/** What stands behind a harmless beginning: another command of the same ALTER TABLE, a second index. */
function doesMore(node: Node): boolean {
  if ('DropStmt' in node) return node.DropStmt.objects?.length !== 1;
  if (!('AlterTableStmt' in node)) return false;
  const { cmds = [] } = node.AlterTableStmt;
  return !cmds.every((cmd) => 'AlterTableCmd' in cmd && cmd.AlterTableCmd.subtype === 'AT_ValidateConstraint');
}

/**
 * Runs such a statement outside a transaction, the schema being the search_path. An index that a crash or a failure left
 * INVALID is dropped first, because CREATE would take it for the one that is wanted; what is done already is passed over.
 */
export async function runRepeatable(send: Send, sql: string): Promise<void> {
  const [, created] = createIndex.exec(sql) ?? [];
  const [, dropped] = dropIndex.exec(sql) ?? [];
  const index = created ?? dropped;
  if (index !== undefined) {
    const isValid = await validity(send, index);
    if (created !== undefined && isValid === true) return;
    if (created !== undefined && isValid === false) await send(`DROP INDEX CONCURRENTLY ${index}`);
    if (dropped !== undefined && isValid === undefined) return;
  }
  await send(sql);
}

/** Undefined when there is no such index in the current schema. */
async function validity(send: Send, index: string): Promise<unknown> {
  const [row] = await send(
    `SELECT indisvalid AS valid FROM pg_index JOIN pg_class c ON c.oid = indexrelid
     WHERE relnamespace = current_schema()::regnamespace AND c.oid = to_regclass($1)`,
    [index],
  );
  return row?.['valid'];
}
