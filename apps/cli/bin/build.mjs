// Builds every project that the given one references (tsc -b) with the @nestjs/swagger plugin applied to each,
// because `nest build` applies it to the application's own files only. Also run as `tenantry build`.
//   build.mjs [--watch] [--clean] [folder or tsconfig ...]
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import ts from 'typescript';
import { described, pluginOptions, withAnswerTypes } from './answer-types.mjs';

const args = process.argv.slice(2).filter((arg) => arg !== 'build');
const watch = args.includes('--watch');
const named = args.filter((arg) => !arg.startsWith('-'));
const roots = named.length > 0 ? named : ['tsconfig.json'];

const require = createRequire(import.meta.url);

const createProgram = (...programArgs) => {
  const builder = ts.createEmitAndSemanticDiagnosticsBuilderProgram(...programArgs);
  const emit = builder.emit;
  builder.emit = (file, write, token, dtsOnly, transformers = {}) => {
    const swagger = require('@nestjs/swagger/plugin').before; // loaded only when something must be compiled
    const program = withAnswerTypes(builder.getProgram());
    const before = [swagger({ ...pluginOptions }, program), ...(transformers.before ?? [])];
    const result = emit.call(builder, file, write, token, dtsOnly, { ...transformers, before });
    if (!file && !dtsOnly && !result.emitSkipped) emitDescribed(program, token, swagger);
    return result;
  };
  return builder;
};

// What the plugin writes depends on types of other files, which incremental emit does not know: write those files every time.
const emitDescribed = (program, token, swagger) => {
  for (const source of program.getSourceFiles()) {
    if (!described.test(source.fileName)) continue;
    const write = (name, text, bom) => {
      if (/\.js$/.test(name)) ts.sys.writeFile(name, text, bom);
    };
    program.emit(source, write, token, false, { before: [swagger({ ...pluginOptions }, program)] });
  }
};

const report = ts.createDiagnosticReporter(ts.sys, process.stdout.isTTY);
let app;
const restart = async () => {
  if (app?.exitCode === null) {
    const gone = once(app, 'exit');
    app.kill('SIGTERM');
    await gone;
  }
  app = spawn(process.execPath, ['--enable-source-maps', 'apps/api/dist/main.js'], { stdio: 'inherit' });
};

if (watch) {
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.on(signal, async () => {
      if (app?.exitCode === null) {
        const gone = once(app, 'exit');
        app.kill(signal);
        await gone;
      }
      process.exit(0);
    });
  }
  const status = ts.createWatchStatusReporter(ts.sys, process.stdout.isTTY);
  const onStatus = (diagnostic, newLine, compilerOptions) => {
    status(diagnostic, newLine, compilerOptions);
    if (diagnostic.code === 6194 && String(diagnostic.messageText).startsWith('Found 0')) void restart();
  };
  const host = ts.createSolutionBuilderWithWatchHost(ts.sys, createProgram, report, () => {}, onStatus);
  ts.createSolutionBuilderWithWatch(host, roots, { incremental: true }, { preserveWatchOutput: true }).build();
} else {
  const host = ts.createSolutionBuilderHost(ts.sys, createProgram, report);
  const solution = ts.createSolutionBuilder(host, roots, { incremental: true });
  process.exitCode = args.includes('--clean') ? solution.clean() : solution.build();
}
