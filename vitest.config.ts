import { defineConfig } from 'vitest/config';

const root = import.meta.dirname;

export default defineConfig({
  resolve: {
    alias: [
      { find: /^@tenantry\/example-(\w+)$/, replacement: `${root}/examples/$1/src/index.ts` },
      { find: /^@tenantry\/(\w+)$/, replacement: `${root}/libs/$1/src/index.ts` },
    ],
  },
  test: {
    include: ['{apps,libs,examples}/*/src/**/*.spec.ts', 'test/**/*.spec.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 20_000,
    hookTimeout: 60_000,
    globalSetup: ['./test/support/postgres.setup.ts'],
  },
});
