import ts from 'typescript';
import { expect, it } from 'vitest';
import { KEPT_COLLECTIONS } from './kept-collections.js';
import { isSpec, sourceFiles, type SourceFile } from './source-files.js';

/** `new Map`, `new Set`, or an empty list: what begins with nothing is made to grow. Weak ones let go by themselves. */
function grows(made: ts.Expression | undefined): boolean {
  if (!made) return false;
  if (ts.isArrayLiteralExpression(made)) return made.elements.length === 0;
  return ts.isNewExpression(made) && /^(Map|Set)$/.test(made.expression.getText()) && !made.arguments?.length;
}

/** Names of what the classes of a file hold in fields, and the file itself beside them. */
function keptIn({ path, text }: SourceFile): string[] {
  const parsed = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const kept: string[] = [];
  for (const statement of parsed.statements) {
    if (ts.isVariableStatement(statement)) {
      for (const { name, initializer } of statement.declarationList.declarations)
        if (grows(initializer)) kept.push(`${path} ${name.getText()}`);
    }
    if (!ts.isClassDeclaration(statement)) continue;
    for (const member of statement.members) {
      if (ts.isPropertyDeclaration(member) && grows(member.initializer))
        kept.push(`${path} ${statement.name?.text ?? ''}.${member.name.getText()}`);
    }
  }
  return kept;
}

const sources = sourceFiles('libs', 'apps').filter((file) => file.path.includes('/src/') && !isSpec(file));

it('keeps no collection in memory without a bound that is told', () => {
  expect(sources.flatMap(keptIn).sort()).toEqual(Object.keys(KEPT_COLLECTIONS).sort());
});

it('finds what is kept, or the test before would prove nothing', () => {
  const text = `const all = new Map(); const NONE: ReadonlySet<string> = new Set(['a']);
    class Kept { private readonly seen = new Set<string>(); list: string[] = []; weak = new WeakMap(); }`;
  expect(keptIn({ path: 'a.ts', text })).toEqual(['a.ts all', 'a.ts Kept.seen', 'a.ts Kept.list']);
});

it('makes no cache beside the one place that bounds and counts them', () => {
  const makes = ({ path, text }: SourceFile) =>
    text.includes('new LRUCache') && path !== 'libs/kernel/src/memory/caches.ts';
  // Read through a gauge of its own, because it is there before any module is.
  expect(sources.filter(makes).map(({ path }) => path)).toEqual(['libs/tenancy/src/migrations/tenant-migrations.ts']);
});
