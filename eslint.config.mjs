import { readFileSync } from 'node:fs';
import js from '@eslint/js';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

const layers = JSON.parse(readFileSync(new URL('tools/layers.json', import.meta.url), 'utf8'));
const specs = ['**/*.spec.ts', '**/*.spec.support.ts', 'test/**/*.ts'];

const environment = 'Settings are parsed once: take them from Settings, not from the environment.';
const environmentSyntax = [
  { selector: "MemberExpression[object.name='globalThis'][property.name='process']", message: environment },
  { selector: 'ImportDeclaration[source.value=/^(node:)?process$/] > ImportSpecifier', message: environment },
];

const focused = 'No focused, skipped or pending tests.';
const testFunction = '/^(it|test|describe|suite|bench)$/';
const notRun = '/^(only|skip|todo|fails)$/';
const focusedSyntax = [
  { selector: `MemberExpression[object.name=${testFunction}][property.name=${notRun}]`, message: focused },
  { selector: `MemberExpression[object.object.name=${testFunction}][property.name=${notRun}]`, message: focused },
  { selector: `CallExpression[callee.name=${testFunction}] Property[key.name=${notRun}]`, message: focused },
  {
    selector: 'CallExpression[callee.object.name=/^(context|ctx|task)$/][callee.property.name=skip]',
    message: focused,
  },
];

const layer = (folder, allowed) => ({
  name: `layers of ${folder}`,
  files: [`${folder}/**/*.ts`],
  rules: {
    'no-restricted-imports': [
      'error',
      {
        patterns: [
          { regex: '^@tenantry/[^/]+/', message: 'Import the package, not a file inside it.' },
          { regex: '^(\\.\\./)+(libs|apps|examples)/', message: 'Import the package by name.' },
          { regex: `^@tenantry/(?!(${allowed.join('|')})$)`, message: 'This package may not depend on that one.' },
        ],
      },
    ],
  },
});

export default defineConfig(
  globalIgnores(['**/dist/', '**/node_modules/', '**/.tenantry/', '**/coverage/']),
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  { ignores: ['libs/client/src/schema.ts'], rules: { 'max-lines': ['error', { max: 300 }] } }, // that one is generated
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: {
      parserOptions: {
        projectService: { allowDefaultProject: ['vitest.config.ts'] },
        tsconfigRootDir: import.meta.dirname,
        emitDecoratorMetadata: true,
      },
    },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      'max-params': ['error', { max: 5 }],
      'no-restricted-properties': ['error', { object: 'process', property: 'env', message: environment }],
      'no-restricted-syntax': ['error', ...environmentSyntax, ...focusedSyntax],
    },
  },
  { files: ['**/*.entity.ts'], rules: { '@typescript-eslint/no-non-null-assertion': 'off' } },
  {
    files: ['libs/**/*.ts'],
    ignores: specs,
    rules: { 'max-lines-per-function': ['error', { max: 40 }], 'no-console': 'error' },
  },
  // Lists rather than logic: a table's DDL, a module's providers.
  { files: ['libs/**/*.{migration,module}.ts'], rules: { 'max-lines-per-function': ['error', { max: 80 }] } },
  {
    // The last file hands a child program the few variables it needs to start: an environment, not settings.
    files: [
      'apps/*/src/main.ts',
      'apps/cli/**/*.ts',
      '*.config.ts',
      ...specs,
      'libs/embedded/src/account/run-program.ts',
      'libs/platform/src/start/environment.ts',
    ],
    rules: { 'no-restricted-properties': 'off', 'no-restricted-syntax': ['error', ...focusedSyntax] },
  },
  ...Object.entries(layers).map(([folder, allowed]) => layer(folder, allowed)),
  {
    files: ['test/**/*.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        { patterns: [{ regex: '^@tenantry/[^/]+/', message: 'Import the package, not a file inside it.' }] },
      ],
    },
  },
  {
    files: ['**/*.mjs', '**/*.js'],
    languageOptions: { globals: nodeGlobals() },
  },
);

// What Node offers without an import, as far as scripts here use it.
function nodeGlobals() {
  const names = ['process', 'console', 'Buffer', 'URL', 'URLSearchParams', 'fetch', 'performance', 'structuredClone'];
  names.push('setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'setImmediate', 'queueMicrotask');
  names.push(
    'AbortController',
    'AbortSignal',
    'TextEncoder',
    'TextDecoder',
    'Headers',
    'Request',
    'Response',
    'crypto',
  );
  return Object.fromEntries(names.map((name) => [name, 'readonly']));
}
