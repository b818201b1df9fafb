-- Whoever inserts a pending execution starts it: the engine is told when the transaction commits, and never if it is rolled
-- back. The engine also looks by itself, so a notification that is lost, or too long to be sent, loses nothing.

-- The one place that makes the messages which the engine reads.
CREATE OR REPLACE FUNCTION workflow_notify_engine(execution_id TEXT, signal TEXT, payload TEXT) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    message TEXT := json_build_object('ExecutionId', execution_id, 'Signal', signal, 'Payload', payload)::text;
BEGIN
    -- PostgreSQL refuses payloads of 8000 bytes, and with them the statement that sends them.
    IF octet_length(message) < 8000 THEN
        PERFORM pg_notify('workflow_engine', message);
    END IF;
END
$$;

-- Runs in the sessions of other applications, whose search path may be another.
CREATE OR REPLACE FUNCTION workflow_execution_inserted() RETURNS trigger
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    PERFORM workflow_notify_engine(NEW.id, NULL, NULL);
    RETURN NULL;
END
$$;

-- An execution that the API accepts has its version already, and the engine is told of it there.
CREATE OR REPLACE TRIGGER workflow_execution_inserted
AFTER INSERT ON workflow_executions
FOR EACH ROW WHEN (NEW.status = 'pending' AND NEW.template_version IS NULL)
EXECUTE FUNCTION workflow_execution_inserted();
