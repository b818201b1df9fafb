-- Where the execution came from in traces (W3C Trace Context, "traceparent"): the request that started it, and from then on its last run.
ALTER TABLE workflow_executions
    ADD COLUMN IF NOT EXISTS traceparent VARCHAR;
