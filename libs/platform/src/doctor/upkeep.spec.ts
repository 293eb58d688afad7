import { describe, expect, it } from 'vitest';
import { judgeUpkeep, type Upkeep } from './upkeep.js';

const sound: Upkeep = { age: 200_000_000, slots: [], is_archiving_failing: false, forgotten: [] };
const amiss = (state: Partial<Upkeep>) =>
  judgeUpkeep({ ...sound, ...state })
    .filter(({ severity }) => severity !== 'ok')
    .map(({ check, severity, detail }) => [severity, check, detail]);

describe('the upkeep of a server', () => {
  it('is fine where nothing is kept back', () => {
    expect(amiss({})).toEqual([]);
  });

  it.each([
    [1_000_000_000, 'warning'],
    [1_800_000_000, 'error'],
  ])('counts %d transactions as %s', (age, severity) => {
    const detail = `${age} since the oldest row that is not frozen`;
    expect(amiss({ age })).toEqual([[severity, 'transaction numbers are far from running out', detail]]);
  });

  it('names a replication slot that nobody reads', () => {
    expect(amiss({ slots: ['standby_2'] })).toEqual([
      ['warning', 'no replication slot keeps the journal back', 'standby_2'],
    ]);
  });

  it('tells that archiving fails', () => {
    expect(amiss({ is_archiving_failing: true })).toEqual([
      ['warning', 'the journal is archived', 'the last attempt failed'],
    ]);
  });

  it('names a transaction that nobody ended', () => {
    expect(amiss({ forgotten: ['session 4711'] })).toEqual([
      ['warning', 'no transaction was forgotten', 'session 4711'],
    ]);
  });
});
