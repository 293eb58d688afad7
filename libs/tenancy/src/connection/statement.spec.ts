import { describe, expect, it } from 'vitest';
import { readStatement } from './statement.js';

describe('a statement in a tenant context', () => {
  it.each([
    'SELECT 1',
    'select 1',
    '  \n(SELECT 1) UNION (SELECT 2)',
    '-- why\nSELECT 1',
    '/* a /* nested */ comment */ SELECT 1',
    'INSERT INTO note VALUES (1)',
    'UPDATE note SET title = 1',
    'DELETE FROM note',
    'MERGE INTO note USING x ON true WHEN MATCHED THEN DELETE',
    'WITH a AS (SELECT 1) SELECT * FROM a',
    'VALUES (1)',
    'EXPLAIN SELECT 1',
    'EXPLAIN (ANALYZE, BUFFERS) SELECT 1',
    'EXPLAIN ANALYZE VERBOSE INSERT INTO note VALUES (1)',
  ])('may be %s', (text) => {
    expect(readStatement(text)).toBe('work');
  });

  it.each([
    ['BEGIN', 'begin'],
    ['START TRANSACTION', 'begin'],
    ['start transaction isolation level serializable, read only', 'begin'],
    ['SET TRANSACTION ISOLATION LEVEL SERIALIZABLE', 'mode'],
    ['SET CONSTRAINTS ALL DEFERRED', 'work'],
    ['COMMIT', 'end'],
    ['ROLLBACK;', 'end'],
    ['SAVEPOINT typeorm_1', 'work'],
    ['RELEASE SAVEPOINT typeorm_1', 'work'],
    ['ROLLBACK TO SAVEPOINT typeorm_1', 'work'],
  ])('%s is transaction control (%s)', (text, kind) => {
    expect(readStatement(text)).toBe(kind);
  });

  it.each([
    '',
    ';',
    'SET ROLE t_b',
    'SET LOCAL search_path = t_b',
    'SET SESSION AUTHORIZATION x',
    'set/**/role t_b',
    '/* x */ RESET ROLE',
    'DISCARD ALL',
    'LISTEN x',
    'NOTIFY x',
    'PREPARE x AS SELECT 1',
    'EXECUTE x',
    'DEALLOCATE ALL',
    'DECLARE c CURSOR WITH HOLD FOR SELECT 1',
    'CREATE TEMP TABLE note (id int)',
    'CREATE TABLE x ()',
    'DROP TABLE note',
    'TRUNCATE note',
    'COPY note TO STDOUT',
    'DO $$ BEGIN END $$',
    'CALL f()',
    'LOCK TABLE note',
    'GRANT ALL ON note TO public',
    "PREPARE TRANSACTION 'x'",
    "COMMIT PREPARED 'x'",
    'COMMIT AND CHAIN',
    'ROLLBACK AND CHAIN',
    'EXPLAIN ANALYZE EXECUTE tenantry_enter(1, 2)',
    'EXPLAIN (ANALYZE) CREATE TEMP TABLE x AS SELECT 1',
    'EXPLAIN ANALYZE DECLARE c CURSOR FOR SELECT 1',
    'SELECTED',
    '\uFEFFSET ROLE t_b',
    'SET TRANSACTION READ ONLY; SET ROLE t_b',
  ])('may not be %s', (text) => {
    expect(readStatement(text)).toBeUndefined();
  });
});
