-- The columns of the primary key, and its name.
SELECT quote_ident(c.conname) AS name, array_agg(a.attname::text ORDER BY k.position) AS columns
FROM pg_constraint c
CROSS JOIN unnest(c.conkey) WITH ORDINALITY AS k(attnum, position)
JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.attnum
WHERE c.conrelid = to_regclass(@table) AND c.contype = 'p'
GROUP BY c.conname
