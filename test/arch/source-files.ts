import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

export const root = join(import.meta.dirname, '..', '..');

/** A file of the repository, named from its root with forward slashes. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

const left = /(^|\/)(node_modules|dist|coverage|\.tenantry)(\/|$)/;
const source = /\.(ts|mts|mjs|js)$/;

/** Every source file under the folders given, what is built or installed left out. */
export function sourceFiles(...folders: string[]): SourceFile[] {
  return folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .map((name) => `${folder}/${name}`.replaceAll('\\', '/'))
      .filter((path) => source.test(path) && !left.test(path))
      .sort()
      .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') })),
  );
}

/** The modules that a file imports or re-exports, types and dynamic imports included. */
export function importsOf(file: SourceFile): string[] {
  return ts.preProcessFile(file.text, true, true).importedFiles.map((imported) => imported.fileName);
}

/** `path:line` of every node of the file that is found. */
export function find(file: SourceFile, found: (node: ts.Node) => boolean): string[] {
  const parsed = ts.createSourceFile(file.path, file.text, ts.ScriptTarget.Latest, true);
  const places: string[] = [];
  const visit = (node: ts.Node): void => {
    if (found(node)) places.push(`${file.path}:${parsed.getLineAndCharacterOfPosition(node.getStart()).line + 1}`);
    ts.forEachChild(node, visit);
  };
  visit(parsed);
  return places;
}

export const isSpec = (file: SourceFile): boolean => /\.spec(\.support)?\.ts$/.test(file.path);
