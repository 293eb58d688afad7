import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { validatorOf } from './contract.js';

interface Lint {
  readonly totals: { readonly errors: number; readonly warnings: number; readonly ignored: number };
  readonly problems: readonly {
    readonly ruleId: string;
    readonly message: string;
    readonly location: readonly { readonly pointer: string }[];
  }[];
}

interface Documented {
  readonly components: {
    readonly schemas: Readonly<Record<string, { readonly examples?: readonly unknown[] }>>;
    readonly examples: Readonly<Record<string, { readonly value: unknown }>>;
  };
}

/** What Redocly finds in the document that lies there; and how much it was told not to tell. */
export async function lintOpenApi(file: string): Promise<{ found: string[]; ignored: number }> {
  const environment = { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' };
  const lint = promisify(execFile)(
    'node_modules/.bin/redocly',
    ['lint', file, '--config=redocly.yaml', '--format=json'],
    {
      cwd: new URL('../..', import.meta.url),
      env: environment,
      maxBuffer: 64 * 1024 * 1024,
    },
  );
  // It exits with 1 when it finds an error; what it found is on its output then, too.
  const { stdout } = await lint.catch((failed: { stdout: string }) => failed);
  const { totals, problems } = JSON.parse(stdout.slice(stdout.indexOf('{'))) as Lint;
  const found = problems.map(({ ruleId, message, location }) => `${ruleId} ${location[0]?.pointer}: ${message}`);
  if (found.length < totals.errors + totals.warnings) found.push(`${totals.errors + totals.warnings} in all`);
  return { found, ignored: totals.ignored };
}

/** Schemas without an example, and examples that their schema does not allow. */
export function exampleFaults(document: Documented): string[] {
  const ajv = validatorOf(document);
  const { schemas, examples } = document.components;
  const ofSchemas = Object.entries(schemas).flatMap(([name, { examples: own = [] }]) => {
    const validate = ajv.compile({ $ref: `document#/components/schemas/${name}` });
    if (own.length === 0) return [`${name} has no example`];
    return own.flatMap((each) => (validate(each) ? [] : [`${name}: ${ajv.errorsText(validate.errors)}`]));
  });
  const isProblem = ajv.compile({ $ref: 'document#/components/schemas/Problem' });
  const ofProblems = Object.entries(examples).flatMap(([code, { value }]) => (isProblem(value) ? [] : [code]));
  return [...ofSchemas, ...ofProblems];
}
