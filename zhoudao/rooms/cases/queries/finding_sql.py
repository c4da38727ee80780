"""The statement of finding words: spans of time, the newest first; in each what the index knows; who may see it.

Everything is fenced (materialized, offset 0), so that it is read in this order and no further than the limit, whatever
is believed about how many rows there are.
"""

FIND = """
    SELECT span.number, hit.id, hit.created_at, hit.direction, hit.author_name, hit.is_first, thread.kind, shown.id,
           CASE WHEN shown.id IS NOT NULL AND (%s::boolean OR hit.is_long) THEN hit.text END,
           CASE WHEN shown.id IS NOT NULL AND hit.is_first THEN thread.subject END,
           CASE WHEN shown.id IS NOT NULL AND hit.is_first THEN own.subject END,
           hit.is_long
    FROM unnest(%s::text[]) WITH ORDINALITY AS span (asked, number)
    CROSS JOIN LATERAL (
        WITH found AS MATERIALIZED (
            SELECT m.id, m.conversation_id, m.created_at, m.direction, m.author_name, m.text, m.search
            FROM conversations_message m
            WHERE m.search @@ span.asked::tsquery AND m.status <> 'undone'
              AND (m.created_at, m.id) < (%s::timestamptz, %s::uuid) AND m.created_at >= %s::timestamptz
        )
        SELECT found.*, search @@ '~first' AS is_first, search @@ '~long' AS is_long,
               coalesce(search @@ nullif(%s::text, '')::tsquery, true) AS has_short
        FROM found ORDERED LIMIT %s::bigint
    ) AS hit
    LEFT JOIN LATERAL (
        SELECT v.subject, ch.kind, coalesce(v.main_id, v.id) AS own_id
        FROM conversations_conversation v JOIN conversations_channel ch ON ch.id = v.channel_id
        WHERE v.id = hit.conversation_id OFFSET 0
    ) AS thread ON true
    LEFT JOIN LATERAL (
        SELECT c.id, c.merged_into_id, c.subject FROM cases_case c
        WHERE c.conversation_id = thread.own_id OFFSET 0
    ) AS own ON true
    CROSS JOIN LATERAL (
        SELECT CASE
            WHEN NOT hit.has_short OR thread.kind <> nullif(%s::text, '') THEN NULL
            WHEN EXISTS (SELECT FROM (SEEN) AS seen WHERE seen.id = own.merged_into_id OFFSET 0) THEN own.merged_into_id
            WHEN EXISTS (SELECT FROM (SEEN) AS seen WHERE seen.id = own.id OFFSET 0) THEN own.id
        END AS id OFFSET 0
    ) AS shown
    LIMIT %s::bigint
"""
NEWEST = "ORDER BY created_at DESC, id DESC"
