import ts from 'typescript';
import { defineConfig } from 'vitest/config';
import { swaggerDto } from './tools/swagger-dto.mjs';

const root = import.meta.dirname;
const chaosRounds = Number(process.env.CHAOS_ROUNDS ?? 1);
const folders = ['libs/*/src', 'apps/*/src', 'examples/*/src', 'test'];
const roles = ['dto', 'entity', 'controller'];
const described = folders.flatMap((folder) => roles.map((role) => `${folder}/**/*.${role}.ts`));
const describedFiles = () => ts.sys.readDirectory(root, ['.ts'], ['**/node_modules', '**/dist'], described);

export default defineConfig({
  resolve: {
    alias: [
      { find: /^@tenantry\/example-(\w+)$/, replacement: `${root}/examples/$1/src/index.ts` },
      { find: /^@tenantry\/(\w+)$/, replacement: `${root}/libs/$1/src/index.ts` },
    ],
  },
  plugins: [swaggerDto(`${root}/tsconfig.base.json`, describedFiles)],
  test: {
    include: ['{apps,libs,examples}/*/src/**/*.spec.ts', 'test/**/*.spec.ts'],
    pool: 'forks',
    maxWorkers: 2,
    // For what hangs, not for what is slow: no test says how long something may take.
    testTimeout: 300_000 * chaosRounds,
    hookTimeout: 300_000,
    reporters: ['default', './tools/count-reporter.mjs'],
    globalSetup: ['./test/support/postgres.setup.ts'],
    coverage: { provider: 'v8', include: ['{libs,apps,examples}/*/src/**/*.ts'] },
  },
});
