import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import ts from 'typescript';

const SCRIPT = `
import { once } from 'node:events';
import { startEmbeddedPostgres } from './index.js';
const [, , dataDir, binDir] = process.argv;
process.on('SIGINT', () => console.log('SIGINT'));
process.stdin.resume();
const ended = once(process.stdin, 'end');
try {
  const { stop, kill, ...facts } = await startEmbeddedPostgres({ dataDir, binDir, settings: { fsync: 'off' } });
  console.log(JSON.stringify({ pid: process.pid, ...facts }));
  await ended;
  await stop();
} catch (error) {
  console.log(JSON.stringify({ pid: process.pid, error: error.message }));
}
process.exit();
`;

/** Writes a script for `StarterProcess`, with the package's source as JavaScript: Node 20 runs no TypeScript. */
export async function writeStarterScript(folder: string): Promise<string> {
  const target = join(folder, 'compiled');
  const source = dirname(import.meta.dirname);
  const script = join(target, 'starter.mjs');
  for (const name of await readdir(source, { recursive: true })) {
    if (!name.endsWith('.ts') || name.includes('.spec.')) continue;
    const { outputText } = ts.transpileModule(await readFile(join(source, name), 'utf8'), {
      compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2023 },
    });
    await mkdir(dirname(join(target, name)), { recursive: true });
    await writeFile(join(target, name.replace(/\.ts$/, '.js')), outputText);
  }
  await writeFile(join(target, 'package.json'), '{"type":"module"}');
  await writeFile(script, SCRIPT);
  return script;
}
