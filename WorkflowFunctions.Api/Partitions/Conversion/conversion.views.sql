-- The views that are built on a table, and on those views: as a statement that drops each, and statements that make it again. In the
-- order in which they are made.
WITH RECURSIVE built(oid, depth) AS (
    SELECT to_regclass(@table)::oid, 0
    UNION
    SELECT r.ev_class, b.depth + 1
    FROM built b
    JOIN pg_depend d ON d.refclassid = 'pg_class'::regclass AND d.refobjid = b.oid AND d.classid = 'pg_rewrite'::regclass
    JOIN pg_rewrite r ON r.oid = d.objid AND r.ev_class <> b.oid
),
views AS (
    SELECT c.oid, c.relkind, c.relacl, c.reloptions, c.relispopulated, c.relowner, c.oid::regclass::text AS name, max(b.depth) AS depth
    FROM built b
    JOIN pg_class c ON c.oid = b.oid
    WHERE b.depth > 0
    GROUP BY c.oid
)
SELECT
    format('DROP %s %s', kind.word, v.name) AS dropping,
    array_remove(ARRAY[
        format('CREATE %s %s%s AS %s%s', kind.word, v.name,
            COALESCE(' WITH (' || array_to_string(v.reloptions, ', ') || ')', ''),
            rtrim(pg_get_viewdef(v.oid), ';'),
            CASE WHEN v.relkind = 'm' AND NOT v.relispopulated THEN ' WITH NO DATA' ELSE '' END),
        (SELECT string_agg(pg_get_indexdef(indexrelid), '; ') FROM pg_index WHERE indrelid = v.oid),
        format('ALTER %s %s OWNER TO %I', kind.word, v.name, pg_get_userbyid(v.relowner)),
        (SELECT string_agg(format('GRANT %s ON %s TO %s%s', g.privilege_type, v.name,
                    CASE g.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(g.grantee)) END,
                    CASE WHEN g.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END), '; ')
         FROM aclexplode(v.relacl) g),
        (SELECT format('COMMENT ON %s %s IS %L', kind.word, v.name, d) FROM obj_description(v.oid, 'pg_class') d WHERE d IS NOT NULL)
    ], NULL) AS making
FROM views v
CROSS JOIN LATERAL (SELECT CASE v.relkind WHEN 'm' THEN 'MATERIALIZED VIEW' ELSE 'VIEW' END AS word) kind
ORDER BY v.depth, v.name
