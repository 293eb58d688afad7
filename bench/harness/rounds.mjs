import { load } from './load.mjs';
import { median, quantile } from './statistics.mjs';

/**
 * Lets subjects take turns: each round begins with the next of them, so that what changes slowly on the machine meets all
 * alike, and none follows itself more often than others, which would find it warm. Gives each subject's samples, one a
 * round.
 *
 * @param requestsOf what a subject is asked
 * @param turns how many rounds, and of what length
 */
export async function takeTurns(bench, subjects, requestsOf, turns = bench.amounts.turns) {
  const { warmUp } = bench.amounts;
  const { rounds, burst, seconds } = turns;
  const samples = new Map(subjects.map((subject) => [subject.name, []]));
  for (const subject of subjects) await load(subject.url, requestsOf(subject), warmUp);
  for (let round = 0; round < rounds; round += 1) {
    const first = round % subjects.length;
    for (const subject of [...subjects.slice(first), ...subjects.slice(0, first)]) {
      const requests = requestsOf(subject);
      await load(subject.url, requests, burst); // pg closes connections that were idle for ten seconds
      samples.get(subject.name).push(await measure(bench.postgres, subject, requests, seconds));
    }
  }
  return samples;
}

async function measure(postgres, subject, requests, seconds) {
  const before = { node: await subject.cpu(), postgres: await postgres.cpu() };
  const { requestCount, ...sample } = await load(subject.url, requests, seconds);
  const after = { node: await subject.cpu(), postgres: await postgres.cpu() };
  return {
    ...sample,
    nodeCpu: (after.node - before.node) / requestCount,
    postgresCpu: before.postgres === undefined ? undefined : (after.postgres - before.postgres) / requestCount,
  };
}

/**
 * Throughput of a subject as a part of another's: the median of the rounds' own ratios, because a round's samples were
 * taken within seconds of each other, and what the middle half of the rounds lies between.
 */
export function throughputRatio(samples, subject, base) {
  const other = samples.get(base);
  const perRound = samples.get(subject).map(({ perSecond }, round) => perSecond / other[round].perSecond);
  return { ratio: median(perRound), low: quantile(perRound, 0.25), high: quantile(perRound, 0.75) };
}

export const LOAD_COLUMNS = ['requests/s', 'ratio', 'middle half', 'p50 ms', 'p99 ms', 'node us', 'Postgres us'];

/** The row of a subject in a table with LOAD_COLUMNS after the first column. */
export function loadRow(samples, subject, base) {
  const mid = (field) => {
    const values = samples.get(subject).map((sample) => sample[field]);
    return values.includes(undefined) ? undefined : median(values);
  };
  const { ratio, low, high } = throughputRatio(samples, subject, base);
  return [
    subject,
    mid('perSecond').toFixed(0),
    ratio.toFixed(2),
    subject === base ? '' : `${low.toFixed(2)}..${high.toFixed(2)}`,
    mid('p50').toFixed(1),
    mid('p99').toFixed(1),
    mid('nodeCpu').toFixed(0),
    mid('postgresCpu')?.toFixed(0) ?? '-',
  ];
}
