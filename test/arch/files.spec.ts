import { readdirSync } from 'node:fs';
import { basename } from 'node:path';
import ts from 'typescript';
import { expect, it } from 'vitest';
import { find, isSpec, root, sourceFiles, type SourceFile } from './source-files.js';

const folders = ['libs', 'apps', 'examples', 'test', 'tools', 'bench'];
const all = sourceFiles(...folders.filter((folder) => readdirSync(root).includes(folder)));

const faults = (judge: (file: SourceFile) => string[]): string[] => all.flatMap(judge);
const paths = (judge: (file: SourceFile) => boolean): string[] => all.filter(judge).map(({ path }) => path);

it('has files to judge', () => {
  expect(all.length).toBeGreaterThan(100);
});

it('keeps every file within 300 lines, but for what is generated', () => {
  expect(paths(({ text }) => text.trimEnd().split('\n').length > 300)).toEqual(['libs/client/src/schema.ts']);
});

it('names files in kebab case, with a role', () => {
  const word = '[a-z0-9]+(-[a-z0-9]+)*';
  const kebab = new RegExp(`^${word}(\\.${word})*\\.(ts|mts|mjs|js)$`);
  expect(paths(({ path }) => !kebab.test(basename(path)))).toEqual([]);
});

it('has no drawer for things without a name', () => {
  const drawer = /^(utils?|helpers?|managers?|base|common)$/;
  expect(paths(({ path }) => path.split(/[/.-]/).some((word) => drawer.test(word)))).toEqual([]);
});

it('casts nothing to any', () => {
  const toAny = (node: ts.Node) =>
    (ts.isAsExpression(node) || ts.isTypeAssertionExpression(node)) && node.type.kind === ts.SyntaxKind.AnyKeyword;
  expect(faults((file) => find(file, toAny))).toEqual([]);
});

it('reads the environment at its edges only', () => {
  // The last one hands a child program the few variables it needs to start: an environment, not settings.
  const edges =
    /^(apps\/[^/]+\/src\/main\.ts|apps\/cli\/|tools\/|bench\/|test\/|libs\/embedded\/src\/account\/run-program\.ts|libs\/platform\/src\/start\/environment\.ts)/;
  const reads = (node: ts.Node) =>
    ts.isPropertyAccessExpression(node) && node.name.text === 'env' && node.expression.getText() === 'process';
  expect(faults((file) => (edges.test(file.path) || isSpec(file) ? [] : find(file, reads)))).toEqual([]);
});

it('leaves no test out', () => {
  const focused = (node: ts.Node) =>
    ts.isPropertyAccessExpression(node) &&
    ['only', 'skip', 'todo', 'fails'].includes(node.name.text) &&
    /^(it|test|describe|suite)\b/.test(node.expression.getText());
  const commentedOut = /^\s*(\/\/|\*)\s*(it|test|describe)(\.\w+)*\(/m;
  expect(faults((file) => find(file, focused))).toEqual([]);
  expect(paths((file) => isSpec(file) && commentedOut.test(file.text))).toEqual([]);
});

it('gives a reason beside every rule that is switched off', () => {
  const silenced = /(\/\/|\/\*)\s*(eslint-disable|@ts-(expect-error|ignore|nocheck))/;
  const bare = (line: string) =>
    silenced.test(line) && !/(eslint-disable\S* [\w@/, -]+ -- |@ts-expect-error )\S/.test(line);
  expect(faults(({ path, text }) => (text.split('\n').some(bare) ? [path] : []))).toEqual([]);
});
