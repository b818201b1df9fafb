using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using WorkflowFunctions.Api;
using WorkflowFunctions.Engine.Plans;
using WorkflowFunctions.Nodes;
using WorkflowFunctions.Workflows;

namespace WorkflowFunctions.Tests.Samples;

/// <summary>A workflow of the folder <c>samples</c>, read with the node types that the product registers.</summary>
internal sealed class SampleFile
{
    private static readonly NodeCatalog s_catalog = new ServiceCollection()
        .AddLogging()
        .AddWorkflow(new ConfigurationBuilder()
            .AddInMemoryCollection([KeyValuePair.Create("ConnectionStrings:Workflow", (string?)"Host=localhost")]).Build())
        .BuildServiceProvider()
        .GetRequiredService<NodeCatalog>();

    private SampleFile(string path)
    {
        Path = path;
        Name = System.IO.Path.GetFileNameWithoutExtension(path);
        Json = JsonElement.Parse(File.ReadAllBytes(path));
        (Plan, Problems) = WorkflowPlan.Make(Name, new WorkflowFile(Json.GetProperty("nodes"), Json.GetProperty("edges")), s_catalog);
    }

    /// <summary>The folder of the samples, beside the solution file.</summary>
    public static string Folder { get; } = FindFolder();

    /// <summary>Every sample.</summary>
    public static IReadOnlyList<SampleFile> All { get; } =
        [.. Directory.GetFiles(Folder, "*.json").Order(StringComparer.Ordinal).Select(path => new SampleFile(path))];

    /// <summary>Where the file is.</summary>
    public string Path { get; }

    /// <summary>The file's name without its ending.</summary>
    public string Name { get; }

    /// <summary>The file as it stands.</summary>
    public JsonElement Json { get; }

    /// <summary>What comes of it; null if there are problems.</summary>
    public WorkflowPlan? Plan { get; }

    /// <summary>What is wrong with it.</summary>
    public IReadOnlyList<Problem> Problems { get; }

    /// <summary>The nodes as they were read.</summary>
    public IReadOnlyList<WorkflowNode> Nodes => Plan?.Graph.Nodes ?? [];

    /// <summary>The edges as they were read.</summary>
    public IReadOnlyList<WorkflowEdge> Edges => Plan?.Graph.Edges ?? [];

    /// <summary>How many nodes of a type it has.</summary>
    public int Count(string type) => Nodes.Count(node => node.Type == type);

    private static string FindFolder()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(System.IO.Path.Combine(folder.FullName, "WorkflowFunctions.slnx")))
            folder = folder.Parent;
        return System.IO.Path.Combine(
            folder?.FullName ?? throw new DirectoryNotFoundException("The tests do not run inside the repository."), "samples");
    }
}
