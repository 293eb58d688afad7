import { dirname } from 'node:path';
import { before } from '@nestjs/swagger/plugin';
import ts from 'typescript';
import { described, pluginOptions, withAnswerTypes } from '../apps/cli/bin/answer-types.mjs';

/**
 * Vite plugin: compiles DTOs, entities and controllers as the build does, so that tests see the schemas users see.
 * @param {string} tsconfig the options to compile with
 * @param {() => string[]} files every file to describe: one program for all of them, made at the first use
 */
export function swaggerDto(tsconfig, files) {
  let program;
  const options = () => {
    const { config } = ts.readConfigFile(tsconfig, ts.sys.readFile);
    const parsed = ts.convertCompilerOptionsFromJson(config.compilerOptions, dirname(tsconfig)).options;
    const own = { composite: false, incremental: false, declaration: false, declarationMap: false, sourceMap: true };
    return { ...parsed, ...own, noEmitOnError: false };
  };
  return {
    name: 'tenantry:swagger-dto',
    enforce: 'pre',
    // Vite's own compiler would drop imports that only seem unused, and reflect-metadata with them.
    config: () => ({ oxc: { exclude: [/\.js$/, described] } }),
    watchChange: () => void (program = undefined),
    transform: {
      filter: { id: described },
      handler(_code, id) {
        // A file made while the tests run is not in the program yet.
        if (!program?.getSourceFile(id)) program = ts.createProgram([...files(), id], options());
        const source = program.getSourceFile(id);
        const output = {};
        const write = (name, text) => (output[name.endsWith('.map') ? 'map' : 'code'] = text);
        program.emit(source, write, undefined, false, { before: [before(pluginOptions, withAnswerTypes(program))] });
        return { code: output.code.replace(/\/\/# sourceMappingURL=.*$/, ''), map: output.map };
      },
    },
  };
}
