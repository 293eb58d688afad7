import type { Node } from 'libpg-query';

export type { Node };

/**
 * The statements of a text, read by Postgres' own grammar (of version 18). It is loaded at the first use: most starts have
 * nothing new to look at.
 *
 * @returns undefined for what the grammar does not know: a younger server may, and has the last word
 */
export async function parseSql(sql: string): Promise<readonly Node[] | undefined> {
  const { parse } = await import('libpg-query');
  try {
    const { stmts = [] } = await parse(sql);
    return stmts.flatMap(({ stmt }) => (stmt ? [stmt] : []));
  } catch {
    return undefined;
  }
}
