"""The board's figures once more, from the event log alone and in other words: plain SQL over what happened."""

STANDS = """
    WITH turns AS (  -- what each event says about whose turn it is, and whether it is over
        SELECT c.id AS case_id, e.type, row_number() OVER (
                   PARTITION BY c.id ORDER BY e.occurred_at DESC, e.recorded_at DESC, e.xid DESC, e.id DESC) AS age
          FROM (SELECT primary_id AS id, o ->> 1 AS conversation FROM eventlog_event, jsonb_array_elements(objects) o
                 WHERE type = 'cases.CaseOpened' AND o ->> 0 = 'conversation') AS c
          JOIN eventlog_event e ON e.primary_id = c.id OR e.primary_id = c.conversation::uuid
         WHERE e.type IN ('conversations.MessageReceived', 'cases.CaseResolved', 'cases.CaseClosed',
                          'cases.CaseAnswered')
            OR (e.type = 'conversations.ReplySent' AND (e.attributes ->> 'is_human')::bool)
    )
    SELECT count(*) FROM turns WHERE age = 1 AND type = 'conversations.MessageReceived'
"""
PERIOD = """
    WITH opened AS (
        SELECT primary_id AS id, occurred_at AS at FROM eventlog_event WHERE type = 'cases.CaseOpened'
    ), first_words AS (
        SELECT primary_id AS id, min(occurred_at) AS at FROM eventlog_event
         WHERE type = 'cases.FirstHumanContact' GROUP BY 1
    ), endings AS (
        SELECT DISTINCT ON (primary_id) primary_id AS id, type, occurred_at AS at FROM eventlog_event
         WHERE type IN ('cases.CaseResolved', 'cases.CaseReopened') ORDER BY primary_id, seq DESC
    ), solved AS (
        SELECT id, at FROM endings WHERE type = 'cases.CaseResolved'
    ), reopened AS (
        SELECT DISTINCT primary_id AS id FROM eventlog_event WHERE type = 'cases.CaseReopened'
    ), contacts AS (  -- opened once, or opened again by the customer: how many cases
        SELECT primary_id AS id FROM eventlog_event WHERE type = 'cases.CaseOpened'
        UNION SELECT primary_id FROM eventlog_event
               WHERE type = 'cases.CaseReopened' AND attributes ->> 'why' = 'customer_wrote'
    ), repeats AS (  -- every dialogue has a customer of its own: only a case opened again may repeat
        SELECT DISTINCT r.primary_id AS id FROM eventlog_event r
          JOIN LATERAL (SELECT max(occurred_at) AS at FROM eventlog_event e
                         WHERE e.primary_id = r.primary_id AND e.type = 'cases.CaseResolved' AND e.seq < r.seq) s
                 ON true
         WHERE r.type = 'cases.CaseReopened' AND r.attributes ->> 'why' = 'customer_wrote'
           AND r.occurred_at - s.at <= interval '72 hours'
    ), minutes AS (
        SELECT extract(epoch FROM f.at - o.at) / 60 AS reply, extract(epoch FROM s.at - o.at) / 60 AS solution
          FROM opened o LEFT JOIN first_words f USING (id) LEFT JOIN solved s USING (id)
    )
    SELECT count(*) AS opened, count(reply) AS answered, count(solution) AS resolved,
           percentile_cont(0.5) WITHIN GROUP (ORDER BY reply)::float AS first_reply,
           percentile_cont(0.9) WITHIN GROUP (ORDER BY reply)::float AS first_reply_p90,
           percentile_cont(0.5) WITHIN GROUP (ORDER BY solution)::float AS resolution,
           percentile_cont(0.9) WITHIN GROUP (ORDER BY solution)::float AS resolution_p90,
           (SELECT count(*) FROM solved WHERE id NOT IN (SELECT id FROM reopened)) AS at_first_contact,
           (SELECT count(*) FROM contacts) AS contacts, (SELECT count(*) FROM repeats) AS repeats
      FROM minutes
"""
PROMISES = """
    SELECT attributes ->> 'promise' AS kind,
           count(*) FILTER (WHERE type = 'cases.PromiseKept' AND NOT (attributes ->> 'late')::bool) AS kept,
           count(*) FILTER (WHERE type = 'cases.PromiseBroken') AS missed
      FROM eventlog_event WHERE type IN ('cases.PromiseKept', 'cases.PromiseBroken') GROUP BY 1
"""
SAID = """
    SELECT count(*) AS ratings, avg(score)::float AS mean, count(*) FILTER (WHERE score >= 4) AS happy FROM (
        SELECT DISTINCT ON (primary_id) (attributes ->> 'score')::int AS score FROM eventlog_event
         WHERE type = 'voice.CaseRated' ORDER BY primary_id, seq DESC
    ) AS last
"""
AT_RISK = """
    SELECT count(DISTINCT c.id) FROM cases_promise p JOIN cases_case c ON c.id = p.case_id
     WHERE p.ended_at IS NULL AND c.status NOT IN ('resolved', 'closed', 'merged')
       AND p.due_at > %(after)s AND p.due_at <= %(until)s
"""
