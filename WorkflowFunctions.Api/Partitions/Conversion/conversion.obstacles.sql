-- What is built on a table in a way that would keep it from being exchanged, and what a partitioned table takes part in no more.
SELECT pg_describe_object(d.classid, d.objid, d.objsubid) AS what, TRUE AS is_obstacle
FROM pg_depend d
JOIN pg_class c ON c.oid = to_regclass(@table)
JOIN pg_type t ON t.oid = c.reltype
WHERE d.deptype = 'n'
  AND (d.refclassid = 'pg_class'::regclass AND d.refobjid = c.oid AND d.classid = 'pg_proc'::regclass
       OR d.refclassid = 'pg_type'::regclass AND d.refobjid IN (t.oid, t.typarray))
UNION ALL
SELECT format('publication %I', p.pubname), FALSE
FROM pg_publication_rel r
JOIN pg_publication p ON p.oid = r.prpubid
WHERE r.prrelid = to_regclass(@table)
