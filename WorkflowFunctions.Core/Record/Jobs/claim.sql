-- Claims jobs for this session, by advisory locks; returns the ids of those that no other session has claimed. Two jobs whose
-- hashes are equal wait for each other, and nothing worse.
SELECT g.id FROM unnest(@ids::text[]) AS g(id) WHERE pg_try_advisory_lock(hashtextextended(g.id, 0))
