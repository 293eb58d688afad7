/** What a command's exit says; docs/cli.md. */
export const ExitCode = {
  ok: 0,
  /** It could not be done, or not wholly. */
  failed: 1,
  /** The command line, or a value in it, is wrong: nothing was tried. */
  usage: 2,
  /** It was done, and found what needs mending. */
  findings: 3,
  /** It stopped by itself, because too much failed. */
  halted: 4,
  /** Somebody ended it before it was done; what was done stays done. */
  interrupted: 130,
} as const;
