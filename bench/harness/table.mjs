/** A Markdown table, its columns aligned; numbers to the right. */
export function renderTable({ columns, rows }) {
  const cells = [columns, ...rows.map((row) => row.map(String))];
  const widths = columns.map((_, index) => Math.max(3, ...cells.map((row) => row[index].length)));
  const line = (row) =>
    `| ${row.map((cell, index) => (index === 0 ? cell.padEnd(widths[index]) : cell.padStart(widths[index]))).join(' | ')} |`;
  const rule = `| ${widths.map((width, index) => (index === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)).join(' | ')} |`;
  return [line(cells[0]), rule, ...cells.slice(1).map(line)].join('\n');
}

/** @param most whether less is better: `target` is then the most that is allowed */
export function renderVerdict({ what, value, target, most = false }) {
  const isMet = most ? value <= target : value >= target;
  const bound = `${most ? 'at most' : 'at least'} ${target.toFixed(2)}`;
  return `**${what}: ${value.toFixed(2)}, target ${bound}: ${isMet ? 'met' : 'missed'}.**`;
}

/** @param section `{ title, text, tables, verdicts, notes }`, of which only the title must be there */
export function renderSection({ title, text, tables = [], verdicts = [], notes = [] }) {
  const parts = [`## ${title}`, text, ...tables.map(renderTable), ...verdicts.map(renderVerdict), ...notes];
  return parts.filter(Boolean).join('\n\n');
}
