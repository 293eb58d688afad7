import { WORKER_SCHEMA, WORKER_TASK } from '../worker/worker-schema.js';

const PLAIN = `SET search_path = pg_catalog, pg_temp`;

/**
 * Of a tenant with a long backlog the first few are read off an index. Statistics that lag behind would have Postgres sort the
 * whole of it each time: most of a second instead of a few milliseconds at 100,000.
 */
const INDEXED = `${PLAIN} SET enable_sort = off SET enable_seqscan = off SET enable_bitmapscan = off`;

/** Key space of the advisory locks under which a tenant's jobs are handed over: odd, as the operations' own is even. */
const HAND_OVER_LOCK = 0x7a5b;

/** Telling the processes that a tenant has something to do; the channel is also in `hand-over.ts`. */
const WAKE = `PERFORM pg_notify('tenantry_job', tenant::text)`;

export const CHECK_BACKLOG = `
  CREATE FUNCTION platform.check_backlog(tenant uuid) RETURNS void LANGUAGE plpgsql ${PLAIN} AS $$
  DECLARE
    written integer := coalesce(nullif(current_setting('tenantry.written', true), ''), '1')::integer;
    bound integer := coalesce((SELECT value FROM platform.job_limit WHERE name = 'backlog'), 200000);
    waiting integer;
  BEGIN
    -- Counting is for the first that a transaction writes, and for each thousandth after it.
    IF written % 1000 <> 1 THEN RETURN; END IF;
    SELECT count(*) INTO waiting FROM (SELECT FROM platform.job j WHERE j.tenant_id = tenant AND j.status = 'waiting' LIMIT bound) w;
    IF waiting >= bound THEN RAISE EXCEPTION 'too many jobs wait' USING ERRCODE = 'TN003'; END IF;
  END $$`;

const ENQUEUE = `
  CREATE FUNCTION extensions.enqueue_task(task text, payload jsonb, run_at timestamptz, key text, priority integer, max_attempts integer)
  RETURNS uuid LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, extensions, pg_temp AS $$
  #variable_conflict use_column
  DECLARE
    tenant uuid := platform.entered_tenant();
    due timestamptz := coalesce(enqueue_task.run_at, clock_timestamp());
    made uuid;
  BEGIN
    IF NOT EXISTS (SELECT FROM platform.job_task t WHERE t.name = enqueue_task.task) OR length(enqueue_task.key) > 200 THEN
      RAISE EXCEPTION 'no such task' USING ERRCODE = 'TN001';
    END IF;
    PERFORM platform.admit_writing(enqueue_task.payload);
    PERFORM platform.check_backlog(tenant);
    INSERT INTO platform.job (id, tenant_id, task, payload, run_at, key, priority, max_attempts)
    VALUES (uuidv7(), tenant, enqueue_task.task, enqueue_task.payload, due, enqueue_task.key,
      least(greatest(coalesce(enqueue_task.priority, 0), -1000), 1000), least(greatest(coalesce(enqueue_task.max_attempts, 10), 1), 100))
    ON CONFLICT (tenant_id, task, key) WHERE key IS NOT NULL AND status IN ('waiting', 'handed') DO UPDATE
      SET payload = excluded.payload, run_at = excluded.run_at, priority = excluded.priority,
          max_attempts = excluded.max_attempts, attempts = 0, error = NULL, status = 'waiting', updated_at = now()
    RETURNING id INTO made;
    IF due <= clock_timestamp() THEN ${WAKE}; END IF;
    RETURN made;
  END $$`;

/** A job for each listener, in a lane of its own, so that one that fails holds up nobody else. */
export const DELIVER = `
  CREATE FUNCTION platform.add_deliveries() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, extensions, pg_temp AS $$
  DECLARE tenant uuid := NEW.tenant_id;
  BEGIN
    -- What happens to a tenant is told however much of it waits; what a tenant writes is not.
    IF NEW.type NOT LIKE 'tenant.%' AND current_setting('role') <> 'none' THEN PERFORM platform.check_backlog(tenant); END IF;
    INSERT INTO platform.job (id, tenant_id, task, lane, detached, event_id)
    SELECT uuidv7(), tenant, l.name, l.name, NEW.type LIKE 'tenant.%', NEW.id
    FROM platform.event_listener l WHERE l.type = NEW.type AND l.seen_at > now() - interval '7 days' ORDER BY l.name;
    ${WAKE};
    RETURN NULL;
  END $$`;

/**
 * Gives a tenant's next jobs to graphile-worker: of its tasks as many as may be under way at once, of each listener the
 * oldest event when none is under way. One transaction at a time does it for a tenant, or two could take two of a lane.
 */
const HAND_OVER = `
  CREATE FUNCTION platform.hand_over_jobs(of_tenant uuid) RETURNS integer LANGUAGE plpgsql ${INDEXED} AS $$
  DECLARE
    share integer := coalesce((SELECT value FROM platform.job_limit WHERE name = 'at-once'), 2);
    its_status text; its_lane text := ''; room integer; chosen record; handed integer := 0; moment timestamptz;
  BEGIN
    PERFORM pg_advisory_xact_lock(${HAND_OVER_LOCK}, hashtext(of_tenant::text));
    moment := clock_timestamp();
    SELECT status INTO its_status FROM platform.tenant WHERE id = of_tenant;
    WHILE its_lane IS NOT NULL LOOP
      SELECT CASE its_lane WHEN '' THEN share ELSE 1 END - count(*) INTO room FROM platform.job
        WHERE tenant_id = of_tenant AND lane = its_lane AND status IN ('handed', 'running');
      IF room > 0 THEN
        FOR chosen IN SELECT * FROM platform.next_jobs(of_tenant, its_lane, moment, room) LOOP
          -- Jobs of a tenant that is gone are handed over, to be found dead. Others wait until it may be entered.
          CONTINUE WHEN its_status NOT IN ('active', 'deleted') AND NOT chosen.detached;
          UPDATE platform.job SET status = 'handed', ticket = chosen.ticket + 1 WHERE id = chosen.id;
          PERFORM ${WORKER_SCHEMA}.add_job('${WORKER_TASK}', json_build_object('job', chosen.id, 'ticket', chosen.ticket + 1), max_attempts => 32000);
          handed := handed + 1;
        END LOOP;
      END IF;
      its_lane := (SELECT lane FROM platform.job WHERE tenant_id = of_tenant AND status = 'waiting' AND lane > its_lane ORDER BY lane LIMIT 1);
    END LOOP;
    RETURN handed;
  END $$`;

/** Of tasks the most urgent that are due. Of a listener the oldest event, if that is due: later ones wait for it. */
const NEXT = `
  CREATE FUNCTION platform.next_jobs(of_tenant uuid, in_lane text, moment timestamptz, at_most integer)
  RETURNS TABLE (id uuid, ticket integer, detached boolean) LANGUAGE plpgsql ${INDEXED} AS $$
  BEGIN
    IF in_lane = '' THEN
      RETURN QUERY SELECT j.id, j.ticket, j.detached FROM platform.job j
        WHERE j.tenant_id = of_tenant AND j.lane = '' AND j.status = 'waiting' AND j.run_at <= moment
        ORDER BY j.priority, j.run_at, j.seq LIMIT at_most FOR UPDATE SKIP LOCKED;
    ELSE
      RETURN QUERY SELECT h.id, h.ticket, h.detached FROM (
        SELECT j.id, j.ticket, j.detached, j.run_at FROM platform.job j
        WHERE j.tenant_id = of_tenant AND j.lane = in_lane AND j.lane <> '' AND j.status = 'waiting' ORDER BY j.seq LIMIT 1 FOR UPDATE) h
        WHERE h.run_at <= moment;
    END IF;
  END $$`;

/** Looks at one row of the index for each tenant, however many jobs it has. */
const DUE_TENANTS = `
  CREATE FUNCTION platform.due_tenants() RETURNS SETOF uuid LANGUAGE sql ${INDEXED} AS $$
    WITH RECURSIVE tenants AS (
      (SELECT tenant_id FROM platform.job WHERE status = 'waiting' ORDER BY tenant_id LIMIT 1)
      UNION ALL
      SELECT (SELECT j.tenant_id FROM platform.job j WHERE j.status = 'waiting' AND j.tenant_id > t.tenant_id ORDER BY j.tenant_id LIMIT 1)
      FROM tenants t WHERE t.tenant_id IS NOT NULL)
    SELECT tenant_id FROM tenants t WHERE tenant_id IS NOT NULL AND EXISTS (
      SELECT FROM platform.job j WHERE j.tenant_id = t.tenant_id AND j.status = 'waiting' AND j.run_at <= clock_timestamp()) $$`;

/** The first process to write the minute enqueues for all tenants, in the same statement. */
const CRON = `
  CREATE FUNCTION platform.enqueue_cron(of_task text, of_expression text, of_minute timestamptz) RETURNS void
  LANGUAGE sql SET search_path = pg_catalog, extensions, pg_temp AS $$
    WITH m AS (
      INSERT INTO platform.job_cron (task, expression, minute) VALUES (of_task, of_expression, of_minute)
      ON CONFLICT DO NOTHING RETURNING task, minute)
    INSERT INTO platform.job (id, tenant_id, task, key, run_at)
    SELECT uuidv7(), t.id, m.task, 'cron', m.minute + (hashtext(t.id::text || m.task) & 2147483647) % 60 * interval '1 second'
    FROM m, platform.tenant t WHERE t.status = 'active'
    ON CONFLICT (tenant_id, task, key) WHERE key IS NOT NULL AND status IN ('waiting', 'handed') DO NOTHING $$`;

export const JOB_FUNCTIONS = [CHECK_BACKLOG, ENQUEUE, DELIVER, NEXT, HAND_OVER, DUE_TENANTS, CRON];
