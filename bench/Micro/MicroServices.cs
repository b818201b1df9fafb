using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using WorkflowFunctions.Api;

namespace WorkflowFunctions.Bench.Micro;

/// <summary>The program's services, for what needs no database.</summary>
internal static class MicroServices
{
    public static IServiceProvider Provider { get; } = new ServiceCollection()
        .AddLogging()
        .AddWorkflow(new ConfigurationBuilder().AddInMemoryCollection(
            [KeyValuePair.Create($"ConnectionStrings:{WorkflowServices.ConnectionName}", (string?)"Host=none")]).Build())
        .BuildServiceProvider();
}
