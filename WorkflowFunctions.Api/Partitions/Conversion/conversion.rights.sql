-- Who may do what with a table, its row-level security and its comment, as statements.
SELECT format('GRANT %s ON %s TO %s%s', g.privilege_type, @table,
           CASE g.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(g.grantee)) END,
           CASE WHEN g.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END)
FROM pg_class c
CROSS JOIN aclexplode(c.relacl) g
WHERE c.oid = to_regclass(@table)
UNION ALL
SELECT format('GRANT %s (%I) ON %s TO %s%s', g.privilege_type, a.attname, @table,
           CASE g.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(g.grantee)) END,
           CASE WHEN g.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END)
FROM pg_attribute a
CROSS JOIN aclexplode(a.attacl) g
WHERE a.attrelid = to_regclass(@table) AND NOT a.attisdropped
UNION ALL
SELECT format('CREATE POLICY %I ON %s AS %s FOR %s TO %s%s%s', p.polname, @table,
           CASE WHEN p.polpermissive THEN 'PERMISSIVE' ELSE 'RESTRICTIVE' END,
           CASE p.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE' ELSE 'ALL' END,
           (SELECT string_agg(CASE r WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(r)) END, ', ') FROM unnest(p.polroles) r),
           COALESCE(' USING (' || pg_get_expr(p.polqual, p.polrelid) || ')', ''),
           COALESCE(' WITH CHECK (' || pg_get_expr(p.polwithcheck, p.polrelid) || ')', ''))
FROM pg_policy p
WHERE p.polrelid = to_regclass(@table)
UNION ALL
SELECT format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', @table) FROM pg_class WHERE oid = to_regclass(@table) AND relrowsecurity
UNION ALL
SELECT format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', @table) FROM pg_class WHERE oid = to_regclass(@table) AND relforcerowsecurity
UNION ALL
SELECT format('COMMENT ON TABLE %s IS %L', @table, obj_description(to_regclass(@table), 'pg_class'))
WHERE obj_description(to_regclass(@table), 'pg_class') IS NOT NULL
