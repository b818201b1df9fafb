using System.Text.Json.Nodes;

namespace WorkflowFunctions.Tests.EndToEnd;

/// <summary>Draws workflows for tests, as React Flow would save them.</summary>
public sealed class Drawing(string name)
{
    private readonly JsonArray _nodes = [];
    private readonly JsonArray _edges = [];

    /// <summary>Adds a node, after others.</summary>
    public Drawing Node(string id, string type, object? data = null, params string[] after)
    {
        _nodes.Add(new JsonObject
        {
            ["id"] = id,
            ["type"] = type,
            ["position"] = new JsonObject { ["x"] = _nodes.Count * 50, ["y"] = 0 },
            ["data"] = System.Text.Json.JsonSerializer.SerializeToNode(data ?? new { }),
        });
        foreach (var source in after)
            Edge(source, id);
        return this;
    }

    /// <summary>Adds a node to the body of another one, after others in that body.</summary>
    public Drawing Inside(string parent, string id, string type, object? data = null, params string[] after)
    {
        Node(id, type, data, after);
        _nodes[^1]!["parentId"] = parent;
        return this;
    }

    /// <summary>Adds an edge; <c>node/handle</c> leaves from a handle.</summary>
    public Drawing Edge(string source, string target)
    {
        var parts = source.Split('/');
        var edge = new JsonObject { ["id"] = $"e{_edges.Count}", ["source"] = parts[0], ["target"] = target };
        if (parts.Length > 1)
            edge["sourceHandle"] = parts[1];
        _edges.Add(edge);
        return this;
    }

    /// <summary>The file.</summary>
    public JsonObject ToFile() => new() { ["name"] = name, ["nodes"] = _nodes.DeepClone(), ["edges"] = _edges.DeepClone() };
}
