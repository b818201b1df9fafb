-- The columns of a table, in their order.
SELECT
    quote_ident(a.attname) AS name,
    format_type(a.atttypid, a.atttypmod) AS type,
    a.attgenerated <> '' AS is_generated,
    a.attidentity <> '' AS is_identity
FROM pg_attribute a
WHERE a.attrelid = to_regclass(@table) AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY a.attnum
