-- {owner} gets {count} tasks, and 1,000 others 20 each; {mark} is what the owner's words begin with.
WITH RECURSIVE numbers (number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM numbers WHERE number < 1000)
INSERT INTO users (id, role, created_at)
SELECT 'small' || number, 'user', '2026-01-01T00:00:00+00:00' FROM numbers;

CREATE TEMPORARY TABLE planned AS
WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {count}),
others (number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM others WHERE number < 1000),
each (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM each WHERE n < 20),
plan AS (
    SELECT 0 AS number, '{owner}' AS user_id, '{mark}' AS mark, {count} AS count, n FROM numbers
    UNION ALL
    SELECT number, 'small' || number, printf('%012x', number), 20, n FROM others, each
)
SELECT number, user_id, mark, count, n, unhex(printf('%08x000070008000%012x', number, n)) AS id,
    strftime('%Y-%m-%dT%H:%M:%S+00:00', 1767225600 + n * 30, 'unixepoch') AS created_at,
    CASE WHEN n % 2 = 0
        THEN strftime('%Y-%m-%dT%H:%M:%S+00:00', 1769904000 + n * 7919 % count * 30, 'unixepoch')
    END AS due_at,
    n % (count / 20) = 0 AS rare, n % 100 = 0 AS common
FROM plan;

INSERT INTO tasks (id, user_id, title, title_key, description, completed_at, priority, due_date, due_time, due_at, tags,
    position, words, version, created_at, updated_at)
SELECT id, user_id, 'Plan ' || n || iif(rare, ' rare', '') || iif(common, ' common', ''),
    'plan ' || n || iif(rare, ' rare', '') || iif(common, ' common', ''),
    'It has been waiting since Tuesday.', iif(rare, NULL, created_at), iif(rare, 4, n % 4),
    substr(due_at, 1, 10), substr(due_at, 12, 5), due_at,
    iif(rare, '["rare"]', iif(common, '["common"]', '[]')),
    printf('%016x80', n),
    replace(
        printf('w/plan w/%d w/it w/has w/been w/waiting w/since w/tuesday', n)
            || iif(rare, ' w/rare t/72617265', '') || iif(common, ' w/common', '')
            || iif(common AND NOT rare, ' t/636f6d6d6f6e', ''),
        '/', mark
    ),
    n, created_at, created_at
FROM planned ORDER BY n;

INSERT INTO changes (user_id, seq, kind, task_id, task, actor_kind, actor_id, request_id, at)
SELECT user_id, version, 'created', id, json_object('title', title, 'description', description,
        'completed_at', completed_at, 'deleted_at', NULL, 'created_at', created_at, 'updated_at', updated_at),
    'session', user_id, '00000000-0000-7000-8000-000000000000', created_at
FROM tasks ORDER BY version;

UPDATE users SET last_seq = (SELECT count(*) FROM tasks WHERE user_id = users.id);
DROP TABLE planned;
