using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using WorkflowFunctions.Api;
using WorkflowFunctions.Nodes;

namespace WorkflowFunctions.Tests.Nodes;

/// <summary>The node types as the hosts register them. Nothing here connects to the database that is named.</summary>
internal static class RealNodes
{
    public static NodeCatalog Catalog { get; } = Build();

    private static NodeCatalog Build()
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection([new("ConnectionStrings:Workflow", "Host=database.invalid;Database=none;Username=none")])
            .Build();
        return new ServiceCollection().AddWorkflow(configuration).BuildServiceProvider().GetRequiredService<NodeCatalog>();
    }
}
