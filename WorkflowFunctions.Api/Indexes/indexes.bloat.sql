-- An estimate: the size of a B-tree beyond what its rows need, by the statistics of ANALYZE, in pages that are 90 % full. A row needs
-- a line pointer (4 bytes), a header (8 bytes) and its columns, rounded up to 8 bytes; a page has a header of 24 bytes and 16 of
-- its own. Equal keys are stored once, so that the estimate is low rather than high. Without statistics there is none. Less than a fifth
-- is no bloat.
SELECT
    schemaname, tablename, indexname, pg_size_pretty(size) AS index_size,
    pg_size_pretty(size - needed) AS bloat_size, size - needed AS bloat_bytes,
    round(100.0 * (size - needed) / size)::int AS bloat_percent
FROM (
    SELECT
        s.schemaname::text, s.relname::text AS tablename, s.indexrelname::text AS indexname,
        pg_relation_size(s.indexrelid) AS size,
        (current_setting('block_size')::bigint * (1 + ceil(
            c.reltuples * (12 + 8 * ceil(w.width / 8.0)) / ((current_setting('block_size')::int - 40) * 0.9))))::bigint AS needed
    FROM pg_stat_user_indexes s
    JOIN pg_class c ON c.oid = s.indexrelid AND c.reltuples >= 0
    JOIN pg_am am ON am.oid = c.relam AND am.amname = 'btree'
    JOIN pg_index x ON x.indexrelid = s.indexrelid AND x.indexprs IS NULL AND x.indisvalid
    JOIN LATERAL (
        SELECT sum(t.avg_width) AS width, count(t.avg_width) AS known
        FROM pg_attribute a
        LEFT JOIN pg_stats t ON t.schemaname = s.schemaname AND t.tablename = s.relname AND t.attname = a.attname
        WHERE a.attrelid = x.indrelid AND a.attnum = ANY (x.indkey::int2[])
    ) w ON w.known = x.indnatts
) estimate
WHERE needed < size * 0.8
ORDER BY bloat_bytes DESC, indexname
