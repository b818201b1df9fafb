-- What a result is found by when the same is asked for again ("cache" of a node).
ALTER TABLE agent_jobs
    ADD COLUMN IF NOT EXISTS cache_key VARCHAR;

CREATE INDEX IF NOT EXISTS idx_jobs_cache ON agent_jobs(cache_key, completed_at DESC) WHERE cache_key IS NOT NULL;
