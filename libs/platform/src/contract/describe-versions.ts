import type { ModuleChange } from '@tenantry/api';

/** The changelog page of one version, from what its change classes say. */
export function describeVersion(
  version: string,
  versions: readonly string[],
  changes: readonly ModuleChange[],
): string {
  const own = changes.filter(({ change }) => change.date === version);
  const at = versions.indexOf(version);
  const [before, after] = [versions[at - 1], versions[at + 1]];
  const lines = own.map(({ module, name, change: { description, schemas } }) => {
    const names = [...new Set(schemas.map(({ schema }) => `\`${schema}\``))].join(', ');
    return `## ${name}\n\n${description}\n\nModule ${module}; changes ${names}.\n`;
  });
  const nothing =
    before === undefined ? 'The first version.\n' : 'Nothing that breaks callers of the version before.\n';
  const neighbours = [
    before === undefined ? '' : `Before: [${before}](${before}.md). `,
    after === undefined ? 'This is the newest version.' : `After: [${after}](${after}.md).`,
  ].join('');
  return `# API version ${version}\n\n${neighbours}\n\n${lines.length > 0 ? lines.join('\n') : nothing}`;
}
