// The Functions app and all that it needs, in one resource group. `azd up` deploys it.
targetScope = 'subscription'

@description('The name of the environment; the names of all resources are made of it.')
@minLength(1)
@maxLength(32)
param environmentName string

@description('Where everything is.')
param location string

@description('Where Durable Task keeps its histories: the storage account, or the Durable Task Scheduler. azd builds the app for the same.')
@allowed(['AzureStorage', 'AzureManaged'])
param durableTaskBackend string = 'AzureStorage'

@description('The memory of an instance in MB.')
@allowed([512, 2048, 4096])
param instanceMemoryMB int = 2048

@description('The number of instances at the most, of Flex Consumption 40 to 1000. Each has up to 10 connections to PostgreSQL: docs/azure.md says how many fit which size.')
@minValue(40)
@maxValue(1000)
param maximumInstanceCount int = 40

@description('The size of PostgreSQL.')
param postgresSku string = 'Standard_B2s'

@description('The tier of PostgreSQL.')
@allowed(['Burstable', 'GeneralPurpose', 'MemoryOptimized'])
param postgresTier string = 'Burstable'

@description('The storage of PostgreSQL in GB.')
param postgresStorageGB int = 32

@description('Whether a standby of PostgreSQL waits in another zone. Not in the tier Burstable.')
param postgresHighAvailability bool = false

@description('Whether storage, PostgreSQL and Key Vault are reached through a virtual network only.')
param privateNetworking bool = false

@description('Settings of the app that are secrets: the name of each setting, and of the secret in Key Vault that it is.')
param vaultReferences object = {}

@description('Where alerts are mailed to; none if it is empty.')
param alertEmail string = ''

var tags = { 'azd-env-name': environmentName }
var token = toLower(uniqueString(subscription().id, environmentName, location))

resource group 'Microsoft.Resources/resourceGroups@2025-04-01' = {
  name: 'rg-${environmentName}'
  location: location
  tags: tags
}

module monitoring 'modules/monitoring.bicep' = {
  scope: group
  name: 'monitoring'
  params: { location: location, tags: tags, token: token, alertEmail: alertEmail }
}

module identity 'modules/identity.bicep' = {
  scope: group
  name: 'identity'
  params: { location: location, tags: tags, token: token }
}

module network 'modules/network.bicep' = if (privateNetworking) {
  scope: group
  name: 'network'
  params: { location: location, tags: tags, token: token }
}

module storage 'modules/storage.bicep' = {
  scope: group
  name: 'storage'
  params: {
    location: location
    tags: tags
    token: token
    principalId: identity.outputs.principalId
    endpointSubnetId: network.?outputs.endpointSubnetId ?? ''
    zoneIds: network.?outputs.storageZoneIds ?? []
  }
}

module vault 'modules/vault.bicep' = {
  scope: group
  name: 'vault'
  params: {
    location: location
    tags: tags
    token: token
    principalId: identity.outputs.principalId
    endpointSubnetId: network.?outputs.endpointSubnetId ?? ''
    zoneId: network.?outputs.vaultZoneId ?? ''
  }
}

module postgres 'modules/postgres.bicep' = {
  scope: group
  name: 'postgres'
  params: {
    location: location
    tags: tags
    token: token
    skuName: postgresSku
    tier: postgresTier
    storageGB: postgresStorageGB
    highAvailability: postgresHighAvailability
    principalId: identity.outputs.principalId
    principalName: identity.outputs.name
    subnetId: network.?outputs.postgresSubnetId ?? ''
    zoneId: network.?outputs.postgresZoneId ?? ''
    workspaceId: monitoring.outputs.workspaceId
  }
}

module scheduler 'modules/scheduler.bicep' = if (durableTaskBackend == 'AzureManaged') {
  scope: group
  name: 'scheduler'
  params: { location: location, tags: tags, token: token, principalId: identity.outputs.principalId }
}

module app 'modules/app.bicep' = {
  scope: group
  name: 'app'
  params: {
    location: location
    tags: tags
    token: token
    identityId: identity.outputs.id
    identityClientId: identity.outputs.clientId
    principalId: identity.outputs.principalId
    storageName: storage.outputs.name
    packagesUrl: storage.outputs.packagesUrl
    vaultName: vault.outputs.name
    vaultReferences: vaultReferences
    insightsName: monitoring.outputs.insightsName
    postgresHost: postgres.outputs.host
    postgresDatabase: postgres.outputs.database
    postgresUser: identity.outputs.name
    instanceMemoryMB: instanceMemoryMB
    maximumInstanceCount: maximumInstanceCount
    subnetId: network.?outputs.appSubnetId ?? ''
    schedulerEndpoint: scheduler.?outputs.endpoint ?? ''
    taskHub: scheduler.?outputs.taskHub ?? 'workflows'
  }
}

@description('The resource group.')
output AZURE_RESOURCE_GROUP string = group.name

@description('The address of the app.')
output WORKFLOW_API_URL string = app.outputs.url

@description('The vault for the keys of models and the secrets of workflows.')
output AZURE_KEY_VAULT_NAME string = vault.outputs.name
