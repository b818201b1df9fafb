using System.Text.Json;
using WorkflowFunctions.Graph;
using WorkflowFunctions.Tests.Nodes;

namespace WorkflowFunctions.Tests.Graph;

/// <summary>Reads workflows that a test writes down as JSON, with the real node types.</summary>
internal static class WorkflowText
{
    public static (WorkflowGraph? Graph, IReadOnlyList<Problem> Problems) Read(string json)
    {
        var file = JsonElement.Parse(json);
        return GraphReader.Read(new WorkflowFile(Member(file, "nodes"), Member(file, "edges")), RealNodes.Catalog);
    }

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

    private static JsonElement Member(JsonElement file, string name) => file.TryGetProperty(name, out var value) ? value : default;
}
