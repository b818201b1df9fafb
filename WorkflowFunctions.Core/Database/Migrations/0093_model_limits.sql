-- How often each model was asked in the last minute, and for how many tokens: a row a second. All processes count here, by the clock of
-- PostgreSQL.
CREATE TABLE IF NOT EXISTS workflow_model_calls (
    model VARCHAR NOT NULL,
    second TIMESTAMP WITH TIME ZONE NOT NULL,
    requests INTEGER NOT NULL,
    tokens BIGINT NOT NULL,
    PRIMARY KEY (model, second)
);

-- A row a model: who wants to ask it holds the row for as long as it takes to count. Those who have to wait come back one after the other,
-- from next_turn_at on.
CREATE TABLE IF NOT EXISTS workflow_model_limits (
    model VARCHAR PRIMARY KEY,
    next_turn_at TIMESTAMP WITH TIME ZONE
);

-- Counts a call of a model if there is room for it, in every minute that it is part of. If there is none, nothing is kept for whoever asks:
-- wait says when to ask again. A call that is larger than the limit has its turn when there is no other.
CREATE OR REPLACE FUNCTION workflow_take_model_turn(
    of_model TEXT, max_requests INTEGER, max_tokens BIGINT, wanted BIGINT, OUT taken_at TIMESTAMPTZ, OUT counted BIGINT, OUT wait INTERVAL)
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    now_at TIMESTAMPTZ;
    next_turn TIMESTAMPTZ;
    room_at TIMESTAMPTZ;
BEGIN
    -- What a crash of the server forgets is less than a second of it.
    PERFORM set_config('synchronous_commit', 'off', TRUE);
    counted := LEAST(wanted, max_tokens);
    INSERT INTO workflow_model_limits (model) VALUES (of_model) ON CONFLICT DO NOTHING;
    SELECT next_turn_at INTO next_turn FROM workflow_model_limits WHERE model = of_model FOR UPDATE;
    -- The time that it took to get the row has passed.
    now_at := clock_timestamp();
    taken_at := date_trunc('second', now_at);
    -- A minute that ends now began in the second that is 60 seconds ago.
    DELETE FROM workflow_model_calls WHERE model = of_model AND second < taken_at - interval '60 seconds';
    SELECT max(c.second) + interval '61 seconds' INTO room_at
    FROM (
        SELECT second, sum(requests) OVER newest AS requests, sum(tokens) OVER newest AS tokens
        FROM workflow_model_calls
        WHERE model = of_model
        WINDOW newest AS (ORDER BY second DESC)
    ) c
    WHERE c.requests >= max_requests OR c.tokens + counted > max_tokens;
    IF room_at IS NULL THEN
        INSERT INTO workflow_model_calls AS c (model, second, requests, tokens) VALUES (of_model, taken_at, 1, counted)
        ON CONFLICT (model, second) DO UPDATE SET requests = c.requests + 1, tokens = c.tokens + excluded.tokens;
        RETURN;
    END IF;

    -- In the order in which they ask, as far apart as the limit has them. Some may not come, so nobody is sent away for long.
    room_at := LEAST(GREATEST(room_at, next_turn), now_at + interval '5 minutes');
    UPDATE workflow_model_limits
    SET next_turn_at = room_at + interval '60 seconds' * GREATEST(1.0 / max_requests, counted::float8 / max_tokens)
    WHERE model = of_model;
    taken_at := NULL;
    wait := room_at - now_at;
END
$$;
