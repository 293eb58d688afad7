import type { Send } from '../repeatable-statement.js';

type Rows = Record<string, unknown>[];

/** Statements of ours by a connection of pg's or by a query runner of TypeORM's, which gives its rows bare. */
export function sendingBy(connection: { query(sql: string, parameters?: unknown[]): Promise<unknown> }): Send {
  return async (sql, parameters) => {
    const result = await connection.query(sql, parameters);
    return Array.isArray(result) ? (result as Rows) : (result as { rows: Rows }).rows;
  };
}
