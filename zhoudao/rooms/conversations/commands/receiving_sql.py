"""The statements of taking a message."""

from zhoudao.rooms.customers.commands.meeting import KNOWN

ARRIVE = """
    WITH door AS (
        SELECT id, kind, store_id, pg_try_advisory_xact_lock(%(slot)s) AS is_free
        FROM conversations_channel WHERE code = %(channel)s AND is_active
    ), contact AS (
        SELECT count(pg_advisory_xact_lock(k)) FROM door, unnest(%(locks)s::bigint[]) AS k WHERE door.is_free
    ), before AS (
        SELECT d.id, d.digest, d.message_id, m.conversation_id
        FROM door JOIN conversations_delivery d ON d.channel_id = door.id AND d.key = %(key)s
        LEFT JOIN conversations_message m ON m.id = d.message_id
    ), now AS (
        INSERT INTO conversations_delivery
            (id, channel_id, key, digest, status, reason, detail, attempts, size, received_at, message_id)
        SELECT %(id)s, door.id, %(key)s, %(digest)s, 'parsed', '', '', 1, %(size)s, %(at)s, %(message_id)s
        FROM door, contact WHERE door.is_free AND NOT EXISTS (SELECT FROM before)
        ON CONFLICT DO NOTHING RETURNING id
    )
    SELECT door.id, door.kind, door.store_id, door.is_free, store.id, now.id,
           before.id, before.digest, before.message_id, before.conversation_id
    FROM door LEFT JOIN now ON true LEFT JOIN before ON true
    LEFT JOIN accounts_store store ON store.code = %(store)s AND store.closed_at IS NULL
"""
FIND = """
    SELECT known.*, thread.id, ended.id
    FROM (KNOWN) AS known
    LEFT JOIN LATERAL (
        SELECT v.id FROM conversations_conversation v
        WHERE v.customer_id = known.customer_id AND v.channel_id = %(channel_id)s AND v.ended_at IS NULL
        ORDER BY v.last_message_at DESC LIMIT 1 FOR UPDATE
    ) AS thread ON known.rank = 1
    LEFT JOIN LATERAL (
        SELECT v.id FROM conversations_conversation v
        WHERE v.customer_id = known.customer_id AND v.channel_id = %(channel_id)s AND v.ended_at IS NOT NULL
        ORDER BY v.ended_at DESC LIMIT 1
    ) AS ended ON thread.id IS NULL
    ORDER BY known.rank
""".replace("KNOWN", KNOWN)
START = """
    WITH thread AS (
        INSERT INTO conversations_conversation
            (id, channel_id, customer_id, store_id, subject, language, follows_id, order_number, wanted_kind,
             wanted_tier, main_id, started_at, last_message_at)
        VALUES (%(conversation_id)s, %(channel_id)s, %(customer_id)s, %(store_id)s, %(subject)s, %(language)s,
                %(follows_id)s, %(order_number)s, %(kind)s, %(tier)s, %(main_id)s, %(at)s, %(at)s)
    )
"""
CONTINUE = """
    WITH thread AS (
        UPDATE conversations_conversation
        SET last_message_at = greatest(last_message_at, %(at)s),
            order_number = CASE WHEN order_number = '' THEN %(order_number)s ELSE order_number END
        WHERE id = %(conversation_id)s
    )
"""
SAY = """
    , parsed AS (
        UPDATE conversations_delivery
        SET status = 'parsed', reason = '', detail = '', attempts = attempts + 1, next_try_at = NULL,
            message_id = %(message_id)s
        WHERE id = %(before_id)s
    )
    INSERT INTO conversations_message
        (id, conversation_id, direction, actor, author_name, text, html, original_sealed, external_id, status, failure,
         attempts, is_auto, expects_answer, sent_at, created_at, search, index_version)
    VALUES (%(message_id)s, %(conversation_id)s, 'in', %(actor)s, '', %(text)s, %(html)s, %(original)s,
            %(external_id)s, 'received', '', 0, false, true, %(sent_at)s, %(at)s,
            array_to_tsvector(%(lexemes)s::text[]), %(index_version)s)
"""
