-- name: find
SELECT
    i.indexrelid::regclass::text AS name,
    i.indisvalid AS is_valid
FROM pg_index i
WHERE i.indexrelid = to_regclass(@name)

-- name: sizes
-- Schema document, "Index Monitoring": the largest first.
SELECT
    schemaname::text, relname::text AS tablename, indexrelname::text AS indexname,
    pg_size_pretty(pg_relation_size(indexrelid)) AS index_size
FROM pg_stat_user_indexes
ORDER BY pg_relation_size(indexrelid) DESC, indexrelname

-- name: unused
-- Schema document, "Index Monitoring": indexes that no query has used since the statistics began, the largest first.
SELECT schemaname::text, relname::text AS tablename, indexrelname::text AS indexname, idx_scan
FROM pg_stat_user_indexes
WHERE idx_scan = 0
ORDER BY pg_relation_size(indexrelid) DESC, indexrelname
