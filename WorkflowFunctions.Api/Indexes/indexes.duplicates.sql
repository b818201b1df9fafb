-- Indexes that another one on the same table can stand in for: it begins with the same columns in the same order and direction,
-- over the same rows. One that is unique, or stands for a constraint, is never named. Of two that are equal the one with the
-- later name is.
WITH plain AS (
    SELECT
        x.indexrelid, x.indrelid, c.relam, c.relname, x.indnkeyatts, x.indnatts,
        x.indisunique OR x.indisprimary OR x.indisexclusion AS is_constraint,
        -- int2vector and oidvector count from zero.
        string_to_array(x.indkey::text, ' ') AS columns,
        string_to_array(x.indclass::text, ' ') AS classes,
        string_to_array(x.indoption::text, ' ') AS directions,
        string_to_array(x.indcollation::text, ' ') AS collations,
        COALESCE(pg_get_expr(x.indpred, x.indrelid), '') AS condition
    FROM pg_index x
    JOIN pg_class c ON c.oid = x.indexrelid
    JOIN pg_stat_user_indexes s ON s.indexrelid = x.indexrelid
    WHERE x.indexprs IS NULL AND x.indisvalid
)
SELECT
    s.schemaname::text, s.relname::text AS tablename, s.indexrelname::text AS indexname, k.relname::text AS duplicate_of,
    pg_size_pretty(pg_relation_size(d.indexrelid)) AS index_size
FROM plain d
JOIN pg_stat_user_indexes s ON s.indexrelid = d.indexrelid
JOIN LATERAL (
    SELECT k.relname
    FROM plain k
    JOIN pg_am am ON am.oid = k.relam
    WHERE k.indrelid = d.indrelid AND k.indexrelid <> d.indexrelid AND k.relam = d.relam AND k.condition = d.condition
      -- Included columns are in no order; an index that has some is compared as a whole.
      AND (k.columns = d.columns AND k.indnkeyatts = d.indnkeyatts AND k.classes = d.classes AND k.directions = d.directions
               AND k.collations = d.collations AND (k.is_constraint OR k.relname < d.relname)
           OR am.amname = 'btree' AND d.indnatts = d.indnkeyatts AND k.indnkeyatts > d.indnkeyatts
               AND k.columns[1:d.indnkeyatts] = d.columns AND k.classes[1:d.indnkeyatts] = d.classes
               AND k.directions[1:d.indnkeyatts] = d.directions AND k.collations[1:d.indnkeyatts] = d.collations)
    ORDER BY k.indnatts, k.relname
    LIMIT 1
) k ON TRUE
WHERE NOT d.is_constraint
ORDER BY pg_relation_size(d.indexrelid) DESC, d.relname
