// Measures Tenantry against what it replaces and writes RESULTS.md.
//   node bench/run.mjs [--quick] [--only <name>]... [--tenants <number>]
import { Bench } from './harness/bench.mjs';
import { writeReport } from './harness/report.mjs';
import { renderSection } from './harness/table.mjs';
import { parseOptions } from './options.mjs';

const options = parseOptions(process.argv.slice(2));
const began = performance.now();
const bench = await Bench.open(options.amounts);
// Short rounds replace no results. A fleet of a size of one's own has a file of its own, to be kept beside the others.
const whole = options.tenants === undefined ? 'RESULTS.md' : `RESULTS-${options.tenants}.md`;
const results = options.quick ? 'partial.log' : whole;
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => void bench.close().finally(() => process.exit(1)));
}
try {
  for (const name of options.names) {
    console.log(`\n${name} ...`);
    const { compare } = await import(`./comparisons/${name}.mjs`);
    const section = await compare(bench);
    console.log(`\n${renderSection(section)}`);
    // At once: a later comparison may fail.
    await writeReport(new URL(results, import.meta.url), {
      section,
      postgres: bench.postgresVersion,
      args: process.argv.slice(2),
    });
  }
} finally {
  await bench.close();
}
const minutes = (performance.now() - began) / 60_000;
console.log(`\n${minutes.toFixed(1)} minutes; written to bench/${results}`);
