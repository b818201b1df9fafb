@description('Where it is.')
param location string

@description('What every resource is tagged with.')
param tags object

@description('What names end with.')
param token string

@description('Who may use it.')
param principalId string

var contributor = '0ad04412-c4d5-4796-b79c-f76d14c8d402' // Durable Task Data Contributor

resource scheduler 'Microsoft.DurableTask/schedulers@2025-11-01' = {
  name: 'dts-workflows-${token}'
  location: location
  tags: tags
  properties: {
    ipAllowlist: ['0.0.0.0/0']
    sku: { name: 'Consumption' }
  }

  resource hub 'taskHubs' = { name: 'workflows' }
}

resource assignment 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: scheduler
  name: guid(scheduler.id, principalId, contributor)
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', contributor)
  }
}

output endpoint string = scheduler.properties.endpoint
output taskHub string = scheduler::hub.name
