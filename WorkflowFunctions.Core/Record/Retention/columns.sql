-- The columns of a table, and whether its archive has them too.
SELECT quote_ident(a.attname) AS name,
       format_type(a.atttypid, a.atttypmod) AS type,
       EXISTS (
           SELECT 1 FROM pg_attribute o
           WHERE o.attrelid = to_regclass(@archive) AND o.attname = a.attname AND NOT o.attisdropped) AS is_archived
FROM pg_attribute a
WHERE a.attrelid = to_regclass(@table) AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY a.attnum
