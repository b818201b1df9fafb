-- What the nodes of each workspace have cost by day, in UTC. A session of PostgreSQL adds to rows of its own, so that the commits of
-- several processes do not wait for each other.
CREATE TABLE IF NOT EXISTS workflow_workspace_costs (
    workspace_id VARCHAR NOT NULL,
    day DATE NOT NULL,
    session INTEGER NOT NULL,
    cost_usd NUMERIC NOT NULL,
    PRIMARY KEY (workspace_id, day, session)
);
