@description('Where it is.')
param location string

@description('What every resource is tagged with.')
param tags object

@description('What names end with.')
param token string

@description('The app\'s identity.')
param identityId string

@description('The client id of the identity.')
param identityClientId string

@description('The principal id of the identity.')
param principalId string

@description('The storage account.')
param storageName string

@description('The container that the app\'s package is in.')
param packagesUrl string

@description('The vault.')
param vaultName string

@description('Settings that are secrets: the name of each setting, and of the secret in the vault that it is.')
param vaultReferences object

@description('Application Insights.')
param insightsName string

@description('The host of PostgreSQL.')
param postgresHost string

@description('The database.')
param postgresDatabase string

@description('The user of PostgreSQL: the name of the identity.')
param postgresUser string

@description('The memory of an instance in MB.')
param instanceMemoryMB int

@description('The number of instances at the most.')
param maximumInstanceCount int

@description('The subnet that the app is in; none if it is empty.')
param subnetId string

@description('The endpoint of the Durable Task Scheduler; Azure Storage if it is empty.')
param schedulerEndpoint string

@description('The task hub.')
param taskHub string

var metricsPublisher = '3913510d-42f4-4e42-8a64-420c390055eb' // Monitoring Metrics Publisher

var settings = {
  AzureWebJobsStorage__accountName: storageName
  AzureWebJobsStorage__credential: 'managedidentity'
  AzureWebJobsStorage__clientId: identityClientId
  AZURE_CLIENT_ID: identityClientId
  APPLICATIONINSIGHTS_CONNECTION_STRING: insights.properties.ConnectionString
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identityClientId};Authorization=AAD'
  ConnectionStrings__Workflow: 'Host=${postgresHost};Database=${postgresDatabase};Username=${postgresUser};SSL Mode=VerifyFull'
  Sweep__Cron: '0 * * * * *'
  PurgeHistory__Cron: '0 15 * * * *'
  Retention__Cron: '0 2 * * *'
  Partitions__Cron: '0 1 * * *'
  Analytics__Cron: '5 * * * *'
  Analytics__ChangesCron: '0 * * * * *'
  Schedules__Cron: '0 * * * * *'
  Deliveries__Cron: '0 * * * * *'
  Batches__Cron: '0 * * * * *'
  Schedules__MissedAfterSeconds: '300'
}

var schedulerSettings = empty(schedulerEndpoint) ? {} : {
  DURABLE_TASK_SCHEDULER_CONNECTION_STRING: 'Endpoint=${schedulerEndpoint};Authentication=ManagedIdentity;ClientID=${identityClientId}'
  AzureFunctionsJobHost__extensions__durableTask__hubName: taskHub
  AzureFunctionsJobHost__extensions__durableTask__storageProvider__type: 'azureManaged'
  AzureFunctionsJobHost__extensions__durableTask__storageProvider__connectionStringName: 'DURABLE_TASK_SCHEDULER_CONNECTION_STRING'
}

var vaultSettings = mapValues(vaultReferences, secret => '@Microsoft.KeyVault(VaultName=${vaultName};SecretName=${secret})')

resource insights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: insightsName
}

resource publishes 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: insights
  name: guid(insights.id, principalId, metricsPublisher)
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', metricsPublisher)
  }
}

resource plan 'Microsoft.Web/serverfarms@2025-03-01' = {
  name: 'plan-workflows-${token}'
  location: location
  tags: tags
  kind: 'functionapp'
  sku: { name: 'FC1', tier: 'FlexConsumption' }
  properties: { reserved: true }
}

resource app 'Microsoft.Web/sites@2025-03-01' = {
  name: 'func-workflows-${token}'
  location: location
  tags: union(tags, { 'azd-service-name': 'api' })
  kind: 'functionapp,linux'
  identity: { type: 'UserAssigned', userAssignedIdentities: { '${identityId}': {} } }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    keyVaultReferenceIdentity: identityId
    virtualNetworkSubnetId: empty(subnetId) ? null : subnetId
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: packagesUrl
          authentication: { type: 'UserAssignedIdentity', userAssignedIdentityResourceId: identityId }
        }
      }
      runtime: { name: 'dotnet-isolated', version: '10.0' }
      scaleAndConcurrency: {
        instanceMemoryMB: instanceMemoryMB
        maximumInstanceCount: maximumInstanceCount
      }
    }
    siteConfig: { minTlsVersion: '1.2', ftpsState: 'Disabled' }
  }

  resource appSettings 'config' = {
    name: 'appsettings'
    properties: union(settings, schedulerSettings, vaultSettings)
  }
}

output url string = 'https://${app.properties.defaultHostName}'
output name string = app.name
