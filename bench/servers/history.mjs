import { NEWEST_API_VERSION } from '@tenantry/kernel';
import { renamed, schemaChange, TenantryModule } from '@tenantry/platform';

/** Stands for the entity of the same name: a schema is known by it. */
class Note {}

/**
 * A module that gives notes a history: in every version one of their fields, in turns, has got another name.
 *
 * @param count versions that it makes, at least 2; the newest is the platform's own
 */
export function historyModule(count) {
  const dates = Array.from({ length: count - 1 }, (_, index) => `2020-01-${String(index + 1).padStart(2, '0')}`);
  const [apiSince, ...later] = [...dates, NEWEST_API_VERSION];
  const apiChanges = later.map((date, index) => changeClass(date, index, later.length));
  class HistoryModule {}
  TenantryModule({ name: 'history', description: 'What notes were.', compatibility: '^1.0.0', apiSince, apiChanges })(
    HistoryModule,
  );
  return HistoryModule;
}

function changeClass(date, index, count) {
  const field = index % 2 === 0 ? 'title' : 'body';
  const now = index + 2 < count ? `${field}${index + 2}` : field;
  const change = {
    date,
    description: `The field ${field}${index} has another name.`,
    schemas: [schemaChange(Note, renamed(`${field}${index}`, now))],
  };
  return class NoteChange {
    constructor() {
      Object.assign(this, change);
    }
  };
}
