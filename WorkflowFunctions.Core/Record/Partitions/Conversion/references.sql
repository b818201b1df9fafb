-- The foreign keys from a table to others and from others to it. One that is inherited goes with its parent.
SELECT
    quote_ident(conname) AS name,
    conrelid::regclass::text AS from_table,
    confrelid::regclass::text AS to_table,
    conrelid = to_regclass(@table) AS is_outgoing,
    confrelid = to_regclass(@table) AS is_incoming,
    pg_get_constraintdef(oid) AS definition,
    convalidated AS is_valid
FROM pg_constraint
WHERE contype = 'f' AND conparentid = 0 AND to_regclass(@table) IN (conrelid, confrelid)
ORDER BY conrelid::regclass::text, conname
