SELECT given.id FROM unnest(@ids::text[]) AS given(id)
WHERE NOT EXISTS (SELECT 1 FROM workspaces w WHERE w.id = given.id)
