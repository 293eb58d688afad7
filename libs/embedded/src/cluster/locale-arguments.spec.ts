import { describe, expect, it } from 'vitest';
import { localeArguments } from './locale-arguments.js';

describe('the locale of a new cluster', () => {
  it("is Postgres' own where there is one", () => {
    expect(localeArguments(18, 'linux')).toEqual(['--locale-provider=builtin', '--locale=C.UTF-8']);
    expect(localeArguments(16, 'linux')).toEqual(['--locale=C.UTF-8']);
  });

  it('does not ask macOS for a locale it lacks', () => {
    expect(localeArguments(17, 'darwin')).not.toContain('--locale=C.UTF-8');
    expect(localeArguments(17, 'darwin')).toContain('--builtin-locale=C.UTF-8');
  });
});
