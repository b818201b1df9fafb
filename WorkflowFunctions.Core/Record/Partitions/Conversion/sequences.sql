-- The sequences that belong to columns of a table.
SELECT s.oid::regclass::text AS name, quote_ident(a.attname) AS column
FROM pg_depend d
JOIN pg_class s ON s.oid = d.objid AND s.relkind = 'S'
JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.refobjid = to_regclass(@table) AND d.deptype = 'a'
