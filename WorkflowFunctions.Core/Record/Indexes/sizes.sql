-- Schema document, "Index Monitoring": the largest first.
SELECT
    schemaname::text, relname::text AS tablename, indexrelname::text AS indexname,
    pg_size_pretty(pg_relation_size(indexrelid)) AS index_size
FROM pg_stat_user_indexes
ORDER BY pg_relation_size(indexrelid) DESC, indexrelname
