-- The indexes of a table, apart from its primary key.
SELECT
    quote_ident(c.relname) AS name,
    substring(pg_get_indexdef(x.indexrelid) FROM ' USING .*$') AS definition,
    x.indisunique AS is_unique,
    x.indisexclusion AS is_exclusion,
    EXISTS (
        SELECT 1 FROM pg_attribute a
        WHERE a.attrelid = x.indrelid AND a.attname = @key
          AND a.attnum = ANY ((string_to_array(x.indkey::text, ' '))[1:x.indnkeyatts]::smallint[])) AS has_key
FROM pg_index x
JOIN pg_class c ON c.oid = x.indexrelid
WHERE x.indrelid = to_regclass(@table) AND x.indisvalid AND NOT x.indisprimary
ORDER BY c.relname
