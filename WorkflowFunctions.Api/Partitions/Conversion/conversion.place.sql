-- The table as it is: where, how large, and what kind.
SELECT
    quote_ident(n.nspname) AS schema,
    c.relkind::text AS kind,
    c.relispartition OR EXISTS (SELECT 1 FROM pg_inherits i WHERE c.oid IN (i.inhrelid, i.inhparent)) AS inherits,
    -- PostgreSQL's own estimate; nothing as long as it has never looked.
    CASE WHEN c.reltuples >= 0 THEN c.reltuples::bigint END AS rows,
    pg_total_relation_size(c.oid) AS bytes,
    pg_size_pretty(pg_total_relation_size(c.oid)) AS size,
    pg_get_userbyid(c.relowner)::text AS owner
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.oid = to_regclass(@table)
