-- The triggers of a table, as statements that make them again and give them their state.
SELECT pg_get_triggerdef(oid) || CASE tgenabled
    WHEN 'D' THEN format('; ALTER TABLE %s DISABLE TRIGGER %I', @table, tgname)
    WHEN 'R' THEN format('; ALTER TABLE %s ENABLE REPLICA TRIGGER %I', @table, tgname)
    WHEN 'A' THEN format('; ALTER TABLE %s ENABLE ALWAYS TRIGGER %I', @table, tgname)
    ELSE '' END
FROM pg_trigger
WHERE tgrelid = to_regclass(@table) AND NOT tgisinternal AND tgname <> ALL (@except)
ORDER BY tgname
