SELECT workflow_confine()
