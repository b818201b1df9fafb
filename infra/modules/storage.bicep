@description('Where it is.')
param location string

@description('What every resource is tagged with.')
param tags object

@description('What names end with.')
param token string

@description('Who may use it.')
param principalId string

@description('The subnet of private endpoints; public access if it is empty.')
param endpointSubnetId string

@description('The private DNS zones: a kind and an id each.')
param zoneIds array

var isPrivate = !empty(endpointSubnetId)

// Durable Task and the host use blobs, queues and tables; the app's package is a blob.
var roles = {
  blobs: 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b' // Storage Blob Data Owner
  queues: '974c5e8b-45b9-4653-ba55-5f855dd0fb88' // Storage Queue Data Contributor
  tables: '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3' // Storage Table Data Contributor
}

resource account 'Microsoft.Storage/storageAccounts@2026-04-01' = {
  name: 'stworkflows${take(token, 13)}'
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: { name: 'Standard_LRS' }
  properties: {
    allowBlobPublicAccess: false
    // No keys: identities only.
    allowSharedKeyAccess: false
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
    publicNetworkAccess: isPrivate ? 'Disabled' : 'Enabled'
    networkAcls: { defaultAction: isPrivate ? 'Deny' : 'Allow', bypass: 'AzureServices' }
  }

  resource blobs 'blobServices' = {
    name: 'default'

    resource packages 'containers' = { name: 'packages' }
  }
}

resource assignments 'Microsoft.Authorization/roleAssignments@2022-04-01' = [for role in items(roles): {
  scope: account
  name: guid(account.id, principalId, role.value)
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', role.value)
  }
}]

resource endpoints 'Microsoft.Network/privateEndpoints@2026-03-01' = [for zone in zoneIds: if (isPrivate) {
  name: 'pe-${account.name}-${zone.kind}'
  location: location
  tags: tags
  properties: {
    subnet: { id: endpointSubnetId }
    privateLinkServiceConnections: [
      { name: zone.kind, properties: { privateLinkServiceId: account.id, groupIds: [zone.kind] } }
    ]
  }
}]

resource records 'Microsoft.Network/privateEndpoints/privateDnsZoneGroups@2026-03-01' = [for (zone, i) in zoneIds: if (isPrivate) {
  parent: endpoints[i]
  name: 'default'
  properties: {
    privateDnsZoneConfigs: [{ name: zone.kind, properties: { privateDnsZoneId: zone.id } }]
  }
}]

output name string = account.name
output packagesUrl string = '${account.properties.primaryEndpoints.blob}${account::blobs::packages.name}'
