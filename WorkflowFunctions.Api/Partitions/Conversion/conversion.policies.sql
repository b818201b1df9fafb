-- The policies of other tables that look into a table, as a statement that drops each and one that makes it again.
SELECT DISTINCT
    p.polrelid::regclass::text AS "table",
    format('DROP POLICY %I ON %s', p.polname, p.polrelid::regclass) AS dropping,
    format('CREATE POLICY %I ON %s AS %s FOR %s TO %s%s%s', p.polname, p.polrelid::regclass,
        CASE WHEN p.polpermissive THEN 'PERMISSIVE' ELSE 'RESTRICTIVE' END,
        CASE p.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE' ELSE 'ALL' END,
        (SELECT string_agg(CASE r WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(r)) END, ', ') FROM unnest(p.polroles) r),
        COALESCE(' USING (' || pg_get_expr(p.polqual, p.polrelid) || ')', ''),
        COALESCE(' WITH CHECK (' || pg_get_expr(p.polwithcheck, p.polrelid) || ')', '')) AS making
FROM pg_depend d
JOIN pg_policy p ON p.oid = d.objid
WHERE d.classid = 'pg_policy'::regclass AND d.refclassid = 'pg_class'::regclass AND d.refobjid = to_regclass(@table) AND p.polrelid <> d.refobjid
