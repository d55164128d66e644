-- {owner} gets {count} tasks, and 1,000 others 20 each; {mark} is what the owner's words begin with.
INSERT INTO users (id, role, created_at)
SELECT 'small' || number, 'user', '2026-01-01T00:00:00Z' FROM generate_series(1, 1000) AS number;

CREATE TEMPORARY TABLE planned AS
WITH owners AS (
    SELECT 0 AS number, '{owner}' AS user_id, '{mark}' AS mark, {count} AS count
    UNION ALL
    SELECT number, 'small' || number, lpad(to_hex(number), 12, '0'), 20 FROM generate_series(1, 1000) AS number
)
SELECT owners.*, n, (lpad(to_hex(number), 8, '0') || '-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid AS id,
    timestamptz '2026-01-01T00:00:00Z' + n * interval '30 seconds' AS created_at,
    CASE WHEN n % 2 = 0
        THEN timestamptz '2026-02-01T00:00:00Z' + (n::bigint * 7919 % count) * interval '30 seconds'
    END AS due_at,
    n % (count / 20) = 0 AS rare, n % 100 = 0 AS common
FROM owners, generate_series(1, count) AS n;

INSERT INTO tasks (id, user_id, title, title_key, description, completed_at, priority, due_date, due_time, due_at, tags,
    position, words, version, created_at, updated_at)
SELECT id, user_id, 'Plan ' || n || CASE WHEN rare THEN ' rare' ELSE '' END || CASE WHEN common THEN ' common' ELSE '' END,
    'plan ' || n || CASE WHEN rare THEN ' rare' ELSE '' END || CASE WHEN common THEN ' common' ELSE '' END,
    'It has been waiting since Tuesday.', CASE WHEN NOT rare THEN created_at END,
    CASE WHEN rare THEN 4 ELSE n % 4 END,
    to_char(due_at AT TIME ZONE 'UTC', 'YYYY-MM-DD'), to_char(due_at AT TIME ZONE 'UTC', 'HH24:MI'), due_at,
    CASE WHEN rare THEN '["rare"]' WHEN common THEN '["common"]' ELSE '[]' END::jsonb,
    lpad(to_hex(n), 16, '0') || '80',
    format('w%1$splan w%1$s%2$s w%1$sit w%1$shas w%1$sbeen w%1$swaiting w%1$ssince w%1$stuesday', mark, n)
        || CASE WHEN rare THEN ' w' || mark || 'rare t' || mark || '72617265' ELSE '' END
        || CASE WHEN common THEN ' w' || mark || 'common' ELSE '' END
        || CASE WHEN common AND NOT rare THEN ' t' || mark || '636f6d6d6f6e' ELSE '' END,
    n, created_at, created_at
FROM planned ORDER BY n;

INSERT INTO changes (user_id, seq, kind, task_id, task, actor_kind, actor_id, request_id, at)
SELECT user_id, version, 'created', id, jsonb_build_object('title', title, 'description', description,
        'completed_at', completed_at, 'deleted_at', NULL, 'created_at', created_at, 'updated_at', updated_at),
    'session', user_id, id, created_at
FROM tasks ORDER BY version;

UPDATE users SET last_seq = (SELECT count(*) FROM tasks WHERE user_id = users.id);
DROP TABLE planned;
