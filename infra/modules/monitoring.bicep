@description('Where it is.')
param location string

@description('What every resource is tagged with.')
param tags object

@description('What names end with.')
param token string

@description('Where alerts are mailed to; none if it is empty.')
param alertEmail string

resource workspace 'Microsoft.OperationalInsights/workspaces@2026-03-01' = {
  name: 'log-workflows-${token}'
  location: location
  tags: tags
  properties: {
    sku: { name: 'PerGB2018' }
    retentionInDays: 30
  }
}

resource insights 'Microsoft.Insights/components@2020-02-02' = {
  name: 'appi-workflows-${token}'
  location: location
  tags: tags
  kind: 'web'
  properties: {
    Application_Type: 'web'
    WorkspaceResourceId: workspace.id
    DisableLocalAuth: true
  }
}

resource mail 'Microsoft.Insights/actionGroups@2023-01-01' = if (!empty(alertEmail)) {
  name: 'ag-workflows-${token}'
  location: 'global'
  tags: tags
  properties: {
    groupShortName: 'workflows'
    enabled: true
    emailReceivers: [
      { name: 'mail', emailAddress: alertEmail, useCommonAlertSchema: true }
    ]
  }
}

// A log is sent whether or not its trace is sampled, so alerts ask for logs, not for requests. What arrives is told by TelemetryTests.

// The app logs one line for each execution that fails (StepActivities).
resource failed 'Microsoft.Insights/scheduledQueryRules@2026-03-01' = {
  name: 'alert-failed-executions-${token}'
  location: location
  tags: tags
  properties: {
    displayName: 'Executions failed'
    description: 'Executions of workflows have failed in the last 15 minutes.'
    severity: 2
    enabled: true
    scopes: [workspace.id]
    evaluationFrequency: 'PT5M'
    windowSize: 'PT15M'
    criteria: {
      allOf: [
        {
          query: 'AppTraces | where Message startswith "Execution failed:"'
          timeAggregation: 'Count'
          operator: 'GreaterThan'
          threshold: 0
          failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }
        }
      ]
    }
    autoMitigate: true
    actions: { actionGroups: empty(alertEmail) ? [] : [mail.id] }
    // The table is made when the first trace arrives.
    skipQueryValidation: true
  }
}

// The app logs one line for each execution whose instance was lost or made no progress (InstanceSweep).
resource recovered 'Microsoft.Insights/scheduledQueryRules@2026-03-01' = {
  name: 'alert-recovered-executions-${token}'
  location: location
  tags: tags
  properties: {
    displayName: 'Executions were begun anew'
    description: 'The instances of more than 5 executions were lost or made no progress in the last 15 minutes; they were begun anew from the record.'
    severity: 2
    enabled: true
    scopes: [workspace.id]
    evaluationFrequency: 'PT5M'
    windowSize: 'PT15M'
    criteria: {
      allOf: [
        {
          query: 'AppTraces | where Message startswith "Execution recovered:"'
          timeAggregation: 'Count'
          operator: 'GreaterThan'
          threshold: 5
          failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }
        }
      ]
    }
    autoMitigate: true
    actions: { actionGroups: empty(alertEmail) ? [] : [mail.id] }
    skipQueryValidation: true
  }
}

// The worker logs an error with the exception of each function that throws, and the API one for each request that it answers with 500.
resource exceptions 'Microsoft.Insights/scheduledQueryRules@2026-03-01' = {
  name: 'alert-failing-functions-${token}'
  location: location
  tags: tags
  properties: {
    displayName: 'Functions fail'
    description: 'Functions have failed more than 10 times in the last 15 minutes: the database or the storage may be out of reach.'
    severity: 1
    enabled: true
    scopes: [workspace.id]
    evaluationFrequency: 'PT5M'
    windowSize: 'PT15M'
    criteria: {
      allOf: [
        {
          query: 'AppExceptions | where SeverityLevel >= 3'
          timeAggregation: 'Count'
          operator: 'GreaterThan'
          threshold: 10
          failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }
        }
      ]
    }
    autoMitigate: true
    actions: { actionGroups: empty(alertEmail) ? [] : [mail.id] }
    skipQueryValidation: true
  }
}

// Each worker sends how long the oldest pending execution has waited (WorkflowMetrics).
resource waiting 'Microsoft.Insights/scheduledQueryRules@2026-03-01' = {
  name: 'alert-waiting-executions-${token}'
  location: location
  tags: tags
  properties: {
    displayName: 'Executions wait'
    description: 'An execution has been pending for more than five minutes: nothing runs it, or its workspace runs as many as it may.'
    severity: 2
    enabled: true
    scopes: [workspace.id]
    evaluationFrequency: 'PT5M'
    windowSize: 'PT5M'
    criteria: {
      allOf: [
        {
          query: 'AppMetrics | where Name == "workflow.queue.age" | project TimeGenerated, Seconds = Sum / ItemCount'
          metricMeasureColumn: 'Seconds'
          timeAggregation: 'Maximum'
          operator: 'GreaterThan'
          threshold: 300
          failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }
        }
      ]
    }
    autoMitigate: true
    actions: { actionGroups: empty(alertEmail) ? [] : [mail.id] }
    skipQueryValidation: true
  }
}

output workspaceId string = workspace.id
output insightsName string = insights.name
