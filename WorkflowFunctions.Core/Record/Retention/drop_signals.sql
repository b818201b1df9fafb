-- Signals have done their work when the execution goes. Where executions are partitioned, no reference takes them along.
DELETE FROM workflow_signals WHERE execution_id = ANY (@ids)
