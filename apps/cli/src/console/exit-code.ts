/** What a command's exit says; docs/cli.md. */
export const ExitCode = {
  ok: 0,
  /** It could not be done, or not wholly. */
  failed: 1,
  /** The command line, or a value in it, is wrong: nothing was tried. */
  usage: 2,
  /** It was done, and found what needs mending. */
  findings: 3,
} as const;
