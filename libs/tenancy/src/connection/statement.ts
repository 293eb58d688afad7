/**
 * What a statement means to the connection it is sent on: `begin` and `end` of a transaction, `mode` for what must come
 * before a transaction's first query, `work` for all else.
 */
export type StatementKind = 'begin' | 'mode' | 'end' | 'work';

const opening = new Set(['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'MERGE', 'WITH', 'VALUES']);

const transaction: readonly [RegExp, StatementKind][] = [
  [
    /^(BEGIN|START\s+TRANSACTION)\b(\s*(WORK|TRANSACTION|ISOLATION|LEVEL|READ|ONLY|WRITE|COMMITTED|UNCOMMITTED|REPEATABLE|SERIALIZABLE|NOT|DEFERRABLE|,))*\s*;?\s*$/i,
    'begin',
  ],
  [/^SET\s+TRANSACTION\s[\w\s,]+;?\s*$/i, 'mode'],
  [/^SET\s+CONSTRAINTS\s[\w\s,."]+;?\s*$/i, 'work'],
  [/^(COMMIT|END|ROLLBACK|ABORT)(\s+(WORK|TRANSACTION))?\s*;?\s*$/i, 'end'],
  [
    /^(SAVEPOINT|RELEASE(\s+SAVEPOINT)?|ROLLBACK(\s+(WORK|TRANSACTION))?\s+TO(\s+SAVEPOINT)?)\s+[\w"]+\s*;?\s*$/i,
    'work',
  ],
];

/**
 * Reads what a statement begins with, or gives undefined for one that a tenant may not send.
 *
 * Postgres holds a tenant's role inside its schema, but a few whole statements work for any role and outlive the
 * statement: SET ROLE, LISTEN, PREPARE, DECLARE ... WITH HOLD, CREATE TEMP and the like. They are refused here.
 * COMMIT AND CHAIN is refused because the chained transaction would have left the tenant.
 */
export function readStatement(text: string): StatementKind | undefined {
  const start = skipBlank(text, 0);
  const word = wordAt(text, start);
  if (opening.has(word)) return 'work';
  if (word === 'EXPLAIN') return explainsWork(text, start + word.length) ? 'work' : undefined;
  const rest = text.slice(start);
  return transaction.find(([pattern]) => pattern.test(rest))?.[1];
}

function explainsWork(text: string, from: number): boolean {
  let at = skipBlank(text, from, false);
  if (text[at] === '(') {
    const options = /^\([\w\s,.]*\)/.exec(text.slice(at));
    if (options) at = skipBlank(text, at + options[0].length);
  }
  for (let word = wordAt(text, at); word === 'ANALYZE' || word === 'VERBOSE'; word = wordAt(text, at)) {
    at = skipBlank(text, at + word.length);
  }
  return opening.has(wordAt(text, skipBlank(text, at)));
}

function wordAt(text: string, at: number): string {
  let end = at;
  while (isLetter(text.charCodeAt(end))) end += 1;
  return text.slice(at, end).toUpperCase();
}

function isLetter(code: number): boolean {
  return (code >= 65 && code <= 90) || (code >= 97 && code <= 122) || code === 95;
}

/** Past white space, comments (block comments nest in Postgres) and, if asked, opening parentheses. */
function skipBlank(text: string, from: number, parentheses = true): number {
  let at = from;
  for (;;) {
    const char = text[at];
    if (char === ' ' || char === '\n' || char === '\t' || char === '\r' || char === '\f') at += 1;
    else if (char === '(' && parentheses) at += 1;
    else if (char === '-' && text[at + 1] === '-') at = lineEnd(text, at);
    else if (char === '/' && text[at + 1] === '*') at = commentEnd(text, at);
    else return at;
  }
}

function lineEnd(text: string, from: number): number {
  const end = text.slice(from).search(/[\r\n]/);
  return end < 0 ? text.length : from + end;
}

function commentEnd(text: string, from: number): number {
  let depth = 0;
  for (let at = from; at < text.length; at += 1) {
    const pair = text.slice(at, at + 2);
    if (pair === '/*') {
      depth += 1;
      at += 1;
    } else if (pair === '*/') {
      depth -= 1;
      at += 1;
      if (depth === 0) return at + 1;
    }
  }
  return text.length;
}
