using System.Text.Json;
using WorkflowFunctions.Engine.Plans;
using WorkflowFunctions.Tests.Nodes;
using WorkflowFunctions.Workflows;

namespace WorkflowFunctions.Tests.Graph;

/// <summary>Reads workflows that a test writes down as JSON, with the real node types.</summary>
internal static class WorkflowText
{
    public static (WorkflowGraph? Graph, IReadOnlyList<Problem> Problems) Read(string json) =>
        GraphReader.Read(File(json), RealNodes.Catalog);

    /// <summary>Goes one step further: settings and policies are read as they are for a run.</summary>
    public static (WorkflowPlan? Plan, IReadOnlyList<Problem> Problems) Plan(string json) =>
        WorkflowPlan.Make("version-1", File(json), RealNodes.Catalog);

    public static (WorkflowGraph? Graph, IReadOnlyList<Problem> Problems) Read(string nodes, string edges) =>
        Read($$"""{ "nodes": [{{nodes}}], "edges": [{{edges}}] }""");

    public static WorkflowGraph ReadValid(string nodes, string edges = "")
    {
        var (graph, problems) = Read(nodes, edges);
        Assert.Empty(problems);
        return Assert.IsType<WorkflowGraph>(graph);
    }

    public static IReadOnlyList<Problem> ReadInvalid(string nodes, string edges = "")
    {
        var (graph, problems) = Read(nodes, edges);
        Assert.Null(graph);
        Assert.NotEmpty(problems);
        return problems;
    }

    /// <summary>A node without settings that passes on what comes in.</summary>
    public static string Plain(string id) => $$"""{ "id": "{{id}}", "type": "default" }""";

    public static string Edge(string source, string target, string? handle = null) =>
        JsonSerializer.Serialize(new { id = $"{source}-{target}-{handle}", source, target, sourceHandle = handle });

    private static WorkflowFile File(string json)
    {
        var file = JsonElement.Parse(json);
        return new WorkflowFile(Member(file, "nodes"), Member(file, "edges"));
    }

    private static JsonElement Member(JsonElement file, string name) => file.TryGetProperty(name, out var value) ? value : default;
}
