SELECT
    i.indexrelid::regclass::text AS name,
    i.indisvalid AS is_valid
FROM pg_index i
WHERE i.indexrelid = to_regclass(@name)
