import { parseSql, type Node } from './sql-grammar.js';

const ending = /^\s*(BEGIN|START|COMMIT|END|ROLLBACK(?!\s+TO)|ABORT)\b/i;
const mayEnd = /\b(BEGIN|START|COMMIT|END|ROLLBACK|ABORT|PREPARE)\b/i;
const reading = /^\s*(\(\s*)*(SELECT|WITH|VALUES|SHOW|TABLE)\b/i;
const mayWrite = /\b(INSERT|UPDATE|DELETE|MERGE|INTO)\b|;\s*\S/i;
const SAVEPOINTS = ['TRANS_STMT_SAVEPOINT', 'TRANS_STMT_RELEASE', 'TRANS_STMT_ROLLBACK_TO'];

/** Whether a text begins as one that reads. */
export function beginsReading(sql: string): boolean {
  return reading.test(sql);
}

/** Whether a text that begins as one that reads changes nothing, also not in a WITH or after a semicolon. */
export async function readsOnly(sql: string): Promise<boolean> {
  if (!mayWrite.test(sql)) return true;
  const statements = await parseSql(sql);
  return statements?.every(isRead) ?? false;
}

/** Whether a text begins or ends a transaction, be it behind a comment or another statement. */
export async function endsTransaction(sql: string): Promise<boolean> {
  if (ending.test(sql)) return true;
  if (!mayEnd.test(sql)) return false;
  const statements = (await parseSql(sql)) ?? [];
  return statements.some(
    (node) => 'TransactionStmt' in node && !SAVEPOINTS.includes(node.TransactionStmt.kind ?? 'TRANS_STMT_COMMIT'),
  );
}

function isRead(node: Node): boolean {
  if ('VariableShowStmt' in node) return true;
  if (!('SelectStmt' in node) || node.SelectStmt.intoClause) return false;
  const { ctes = [] } = node.SelectStmt.withClause ?? {};
  return ctes.every((cte) => 'CommonTableExpr' in cte && 'SelectStmt' in (cte.CommonTableExpr.ctequery ?? {}));
}
