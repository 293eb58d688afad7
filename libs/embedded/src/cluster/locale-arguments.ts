/** Options of initdb for one order of text on every machine, by code point, knowing all of Unicode's letters. */
export function localeArguments(major: number, platform: NodeJS.Platform): string[] {
  if (major < 17) return ['--locale=C.UTF-8'];
  // macOS has no libc locale C.UTF-8; the provider's own one does not depend on it.
  if (platform === 'darwin') {
    return ['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C', '--lc-ctype=en_US.UTF-8'];
  }
  return ['--locale-provider=builtin', '--locale=C.UTF-8'];
}
