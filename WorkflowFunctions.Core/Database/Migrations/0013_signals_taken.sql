-- When a job took a signal: one that was taken a short while ago may have been taken in a statement whose answer was lost.
ALTER TABLE workflow_signals
    ADD COLUMN IF NOT EXISTS taken_at TIMESTAMP WITH TIME ZONE;

CREATE INDEX IF NOT EXISTS idx_signals_taken ON workflow_signals(taken_at) WHERE taken_at IS NOT NULL;
