-- name: columns
-- The columns of a table, in their order.
SELECT
    quote_ident(a.attname) AS name,
    format_type(a.atttypid, a.atttypmod) AS type,
    a.attgenerated <> '' AS is_generated,
    a.attidentity <> '' AS is_identity
FROM pg_attribute a
WHERE a.attrelid = to_regclass(@table) AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY a.attnum

-- name: compare
-- How many rows one of the two tables has that the other has not, apart from those whose change is still to be followed. One statement
-- sees one moment.
SELECT count(*)
FROM {used} u
FULL JOIN {new} n ON n.id = u.id
WHERE (u.id IS NULL OR n.id IS NULL)
  AND NOT EXISTS (SELECT 1 FROM {changes} c WHERE c.id = COALESCE(u.id, n.id))

-- name: has_constraint
SELECT EXISTS (SELECT 1 FROM pg_constraint WHERE conrelid = to_regclass(@table) AND quote_ident(conname) = @name)

-- name: primary_key
-- The columns of the primary key, and its name.
SELECT quote_ident(c.conname) AS name, array_agg(a.attname::text ORDER BY k.position) AS columns
FROM pg_constraint c
CROSS JOIN unnest(c.conkey) WITH ORDINALITY AS k(attnum, position)
JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.attnum
WHERE c.conrelid = to_regclass(@table) AND c.contype = 'p'
GROUP BY c.conname

-- name: references
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

-- name: schema_exists
SELECT to_regnamespace(@schema) IS NOT NULL

-- name: sequences
-- The sequences that belong to columns of a table.
SELECT s.oid::regclass::text AS name, quote_ident(a.attname) AS column
FROM pg_depend d
JOIN pg_class s ON s.oid = d.objid AND s.relkind = 'S'
JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.refobjid = to_regclass(@table) AND d.deptype = 'a'

-- name: triggers
-- The triggers of a table, as statements that make them again and give them their state.
SELECT pg_get_triggerdef(oid) || CASE tgenabled
    WHEN 'D' THEN format('; ALTER TABLE %s DISABLE TRIGGER %I', @table, tgname)
    WHEN 'R' THEN format('; ALTER TABLE %s ENABLE REPLICA TRIGGER %I', @table, tgname)
    WHEN 'A' THEN format('; ALTER TABLE %s ENABLE ALWAYS TRIGGER %I', @table, tgname)
    ELSE '' END
FROM pg_trigger
WHERE tgrelid = to_regclass(@table) AND NOT tgisinternal AND tgname <> ALL (@except)
ORDER BY tgname
