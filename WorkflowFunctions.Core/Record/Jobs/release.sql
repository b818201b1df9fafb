-- Gives up what claim.sql got.
SELECT pg_advisory_unlock(hashtextextended(g.id, 0)) FROM unnest(@ids::text[]) AS g(id)
