@description('Where it is.')
param location string

@description('What every resource is tagged with.')
param tags object

@description('What names end with.')
param token string

@description('Its size.')
param skuName string

@description('Its tier.')
param tier string

@description('Its storage in GB.')
param storageGB int

@description('Whether a standby waits in another zone.')
param highAvailability bool

@description('The identity that is its administrator, and the app\'s user.')
param principalId string

@description('The name of that identity.')
param principalName string

@description('The subnet that it is in; public access for Azure services if it is empty.')
param subnetId string

@description('The private DNS zone.')
param zoneId string

@description('Where its logs go.')
param workspaceId string

var isPrivate = !empty(subnetId)

resource server 'Microsoft.DBforPostgreSQL/flexibleServers@2025-08-01' = {
  name: 'psql-workflows-${token}'
  location: location
  tags: tags
  sku: { name: skuName, tier: tier }
  properties: {
    version: '16'
    // No passwords: Entra identities only.
    authConfig: { activeDirectoryAuth: 'Enabled', passwordAuth: 'Disabled', tenantId: subscription().tenantId }
    storage: { storageSizeGB: storageGB, autoGrow: 'Enabled' }
    backup: { backupRetentionDays: 14, geoRedundantBackup: 'Disabled' }
    highAvailability: { mode: highAvailability ? 'ZoneRedundant' : 'Disabled' }
    network: isPrivate
      ? { delegatedSubnetResourceId: subnetId, privateDnsZoneArmResourceId: zoneId }
      : { publicNetworkAccess: 'Enabled' }
  }

  resource database 'databases' = {
    name: 'workflows'
    properties: { charset: 'UTF8', collation: 'en_US.utf8' }
  }

  // Text in errors is searched by it.
  resource extensions 'configurations' = {
    name: 'azure.extensions'
    properties: { source: 'user-override', value: 'PG_TRGM' }
    dependsOn: [database]
  }

  // On port 6432, for applications that need no session; not to be had in the tier Burstable.
  resource pooler 'configurations' = if (tier != 'Burstable') {
    name: 'pgbouncer.enabled'
    properties: { source: 'user-override', value: 'true' }
    dependsOn: [extensions]
  }

  resource administrator 'administrators' = {
    name: principalId
    properties: { principalName: principalName, principalType: 'ServicePrincipal', tenantId: subscription().tenantId }
    dependsOn: [extensions, pooler]
  }
}

// 0.0.0.0 stands for the addresses of Azure services.
resource azureOnly 'Microsoft.DBforPostgreSQL/flexibleServers/firewallRules@2025-08-01' = if (!isPrivate) {
  parent: server
  name: 'azure-services'
  properties: { startIpAddress: '0.0.0.0', endIpAddress: '0.0.0.0' }
  dependsOn: [server::administrator]
}

// The only other version is of 2016 and knows no database's logs.
#disable-next-line use-recent-api-versions
resource logs 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: server
  name: 'logs'
  properties: {
    workspaceId: workspaceId
    logs: [{ category: 'PostgreSQLLogs', enabled: true }]
    metrics: [{ category: 'AllMetrics', enabled: true }]
  }
}

output host string = server.properties.fullyQualifiedDomainName
output database string = server::database.name
