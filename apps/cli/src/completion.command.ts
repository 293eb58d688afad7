import { Argument, type Command } from 'commander';
import type { Cli } from './console/cli.js';

/** A command's words after the program's name, and what may follow them. */
interface Path {
  readonly words: readonly string[];
  readonly next: readonly string[];
}

const shells = ['bash', 'zsh', 'fish'] as const;

export function addCompletionCommand(program: Command, cli: Cli): void {
  program
    .command('completion')
    .description('print the completion for a shell: source <(tenantry completion bash)')
    .addArgument(new Argument('<shell>').choices(shells))
    .action((shell: (typeof shells)[number]) => {
      const paths = pathsOf(program, []);
      const script = shell === 'fish' ? fish(paths) : bash(paths, shell);
      cli.terminal.result({ shell, script }, script);
    });
}

function pathsOf(command: Command, words: readonly string[]): Path[] {
  const options = command.options.flatMap(({ long, short }) => long ?? short ?? []);
  const next = [...command.commands.map((each) => each.name()), ...options, ...(words.length > 0 ? ['--json'] : [])];
  return [{ words, next }, ...command.commands.flatMap((each) => pathsOf(each, [...words, each.name()]))];
}

/** The longest path that the line begins with decides. Zsh reads functions for bash. */
function bash(paths: readonly Path[], shell: 'bash' | 'zsh'): string {
  const cases = [...paths]
    .sort((a, b) => b.words.length - a.words.length)
    .map(({ words, next }) => `    "${[...words, ''].join(' ')}"*) next="${next.join(' ')}" ;;`);
  return [
    ...(shell === 'zsh' ? ['autoload -U +X bashcompinit && bashcompinit'] : []),
    '_tenantry() {',
    '  local words="" word next=""',
    '  for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do case "$word" in -*) ;; *) words="$words$word " ;; esac; done',
    '  case "$words" in',
    ...cases,
    '  esac',
    '  COMPREPLY=($(compgen -W "$next" -- "${COMP_WORDS[COMP_CWORD]}"))',
    '}',
    'complete -F _tenantry tenantry',
  ].join('\n');
}

function fish(paths: readonly Path[]): string {
  return paths
    .map(({ words, next }) => {
      const seen = words.map((word) => `__fish_seen_subcommand_from ${word}`).join('; and ');
      const others = paths.filter(
        (each) => each.words.length === words.length + 1 && words.every((word, i) => each.words[i] === word),
      );
      const last = others.map((each) => each.words.at(-1)).join(' ');
      const not = last ? `not __fish_seen_subcommand_from ${last}` : '';
      const condition = [seen, not].filter(Boolean).join('; and ');
      return `complete -c tenantry -f${condition ? ` -n '${condition}'` : ''} -a '${next.join(' ')}'`;
    })
    .join('\n');
}
