-- Schema document, "Index Monitoring": indexes that no query has used since the statistics began, the largest first.
SELECT schemaname::text, relname::text AS tablename, indexrelname::text AS indexname, idx_scan
FROM pg_stat_user_indexes
WHERE idx_scan = 0
ORDER BY pg_relation_size(indexrelid) DESC, indexrelname
