const PLAIN = `SET search_path = pg_catalog, pg_temp`;

/** As for handing over: read off the index, however old the statistics are. */
const INDEXED = `${PLAIN} SET enable_sort = off SET enable_seqscan = off SET enable_bitmapscan = off`;

/** What one transaction may write between two counts: counting for each would read the backlog each time. */
const BETWEEN_COUNTS = 1000;

const REACHES = `
  CREATE FUNCTION platform.lane_reaches(of_tenant uuid, in_lane text, of_status text, bound integer)
  RETURNS boolean LANGUAGE plpgsql ${INDEXED} AS $$
  BEGIN
    IF of_status = 'dead' THEN
      RETURN EXISTS (SELECT FROM platform.job j WHERE j.tenant_id = of_tenant AND j.lane = in_lane AND j.status = 'dead' OFFSET bound - 1);
    END IF;
    RETURN EXISTS (SELECT FROM platform.job j WHERE j.tenant_id = of_tenant AND j.lane = in_lane AND j.status = 'waiting' OFFSET bound - 1);
  END $$`;

/** Of tasks: what listeners have yet to hear takes nothing of their room. */
const CHECK_BACKLOG = `
  CREATE OR REPLACE FUNCTION platform.check_backlog(tenant uuid) RETURNS void LANGUAGE plpgsql ${PLAIN} AS $$
  DECLARE
    written integer := coalesce(nullif(current_setting('tenantry.tasks', true), ''), '0')::integer;
    bound integer := coalesce((SELECT value FROM platform.job_limit WHERE name = 'backlog'), 200000);
  BEGIN
    PERFORM set_config('tenantry.tasks', (written + 1)::text, true);
    IF written % ${BETWEEN_COUNTS} = 0 AND platform.lane_reaches(tenant, '', 'waiting', bound) THEN
      RAISE EXCEPTION 'too many jobs wait' USING ERRCODE = 'TN003';
    END IF;
  END $$`;

/**
 * Listeners that are as far behind as they may be. Only where as many of their events are dead as well, which takes a
 * flood that nobody looks after, nothing more is taken.
 */
const BEHIND = `
  CREATE FUNCTION platform.listeners_behind(of_tenant uuid) RETURNS text[] LANGUAGE plpgsql ${PLAIN} AS $$
  DECLARE
    written integer := coalesce(nullif(current_setting('tenantry.events', true), ''), '0')::integer;
    bound integer := coalesce((SELECT value FROM platform.job_limit WHERE name = 'events'), 200000);
    behind text[];
  BEGIN
    PERFORM set_config('tenantry.events', (written + 1)::text, true);
    IF written % ${BETWEEN_COUNTS} <> 0 THEN RETURN current_setting('tenantry.behind')::text[]; END IF;
    SELECT coalesce(array_agg(n.name), '{}') INTO behind FROM (SELECT DISTINCT l.name FROM platform.event_listener l) n
      WHERE platform.lane_reaches(of_tenant, n.name, 'waiting', bound);
    IF EXISTS (SELECT FROM unnest(behind) AS b (name) WHERE platform.lane_reaches(of_tenant, b.name, 'dead', bound)) THEN
      RAISE EXCEPTION 'too many events are dead' USING ERRCODE = 'TN003';
    END IF;
    PERFORM set_config('tenantry.behind', behind::text, true);
    RETURN behind;
  END $$`;

/** A job for each listener, in a lane of its own, so that one that fails holds up nobody else. */
const DELIVER = `
  CREATE OR REPLACE FUNCTION platform.add_deliveries() RETURNS trigger LANGUAGE plpgsql
  SET search_path = pg_catalog, extensions, pg_temp AS $$
  DECLARE
    tenant uuid := NEW.tenant_id;
    behind text[] := '{}';
  BEGIN
    -- What happens to a tenant is told however much of it waits; what a tenant writes is not.
    IF NEW.type NOT LIKE 'tenant.%' AND current_setting('role') <> 'none' THEN behind := platform.listeners_behind(tenant); END IF;
    INSERT INTO platform.job (id, tenant_id, task, lane, detached, event_id, status, error)
    SELECT uuidv7(), tenant, l.name, l.name, NEW.type LIKE 'tenant.%', NEW.id,
      CASE WHEN l.name = ANY (behind) THEN 'dead' ELSE 'waiting' END,
      CASE WHEN l.name = ANY (behind) THEN 'Too many events waited for this listener.' END
    FROM platform.event_listener l WHERE l.type = NEW.type AND l.seen_at > now() - interval '7 days' ORDER BY l.name;
    PERFORM pg_notify('tenantry_job', tenant::text);
    RETURN NULL;
  END $$`;

export const LANE_FUNCTIONS = [REACHES, CHECK_BACKLOG, BEHIND, DELIVER];
