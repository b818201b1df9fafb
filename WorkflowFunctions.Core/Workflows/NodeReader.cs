using System.Text.Json;

namespace WorkflowFunctions.Workflows;

/// <summary>A node and where it stands in the file.</summary>
/// <param name="Node">The node.</param>
/// <param name="Pointer">Where it stands.</param>
internal readonly record struct ReadNode(WorkflowNode Node, string Pointer)
{
    /// <summary>Whether it is there for the eye only: a frame around others, or a note.</summary>
    public bool IsDrawing { get; init; }
}

/// <summary>Reads the <c>nodes</c> of a file.</summary>
internal static class NodeReader
{
    private const int MaxIdLength = 200;

    /// <summary>What React Flow and its examples call nodes that are there for the eye only.</summary>
    private static readonly string[] s_drawings = ["group", "annotation", "note"];

    private static readonly JsonElement s_noSettings = JsonElement.Parse("{}");

    /// <summary>Reads the nodes that have an id; null where there are none, or too many.</summary>
    public static List<ReadNode>? Read(JsonElement nodes, INodeShapes shapes, List<Problem> problems)
    {
        if (nodes.ValueKind != JsonValueKind.Array)
        {
            problems.Add(new Problem("/nodes", "The workflow has no list of nodes.", "an array of nodes") { PreventsSaving = true });
            return null;
        }

        var count = nodes.GetArrayLength();
        if (count is 0 or > WorkflowFile.MaxNodes)
        {
            problems.Add(
                new Problem("/nodes", $"The workflow has {count} nodes.", $"1 to {WorkflowFile.MaxNodes} nodes")
                {
                    PreventsSaving = count > 0,
                });
            return null;
        }

        var read = new List<ReadNode>(count);
        var firstById = new Dictionary<string, string>(StringComparer.Ordinal);
        var position = -1;
        foreach (var element in nodes.EnumerateArray())
        {
            var pointer = $"/nodes/{++position}";
            if (element.ValueKind != JsonValueKind.Object)
            {
                problems.Add(
                    new Problem(pointer, "A node is not an object.", "an object with id, type and data") { PreventsSaving = true });
                continue;
            }

            if (ReadId(element, pointer, problems) is not { } id)
                continue;

            if (!firstById.TryAdd(id, pointer))
                problems.Add(
                    new Problem($"{pointer}/id", $"The id '{id}' is used twice, first at {firstById[id]}.", "an id of its own", id)
                    {
                        PreventsSaving = true,
                    });

            read.Add(ReadNode(element, read.Count, id, pointer, shapes, problems));
        }

        return read;
    }

    private static ReadNode ReadNode(
        JsonElement element, int index, string id, string pointer, INodeShapes shapes, List<Problem> problems)
    {
        var data = s_noSettings;
        if (element.TryGetProperty("data", out var given) && given.ValueKind != JsonValueKind.Null)
        {
            if (given.ValueKind == JsonValueKind.Object)
                data = given;
            else
                problems.Add(new Problem($"{pointer}/data", "The settings are not an object.", "an object", id) { PreventsSaving = true });
        }

        var type = ResolveType(element, data, shapes);
        var isDrawing = type is null && (s_drawings.Contains(Text(element, "type")) || data.TryGetProperty("note", out _));
        if (type is null && !isDrawing)
        {
            var named = Text(element, "type") ?? Text(data, "node_type") ?? Text(data, "type");
            problems.Add(new Problem(
                $"{pointer}/type",
                named is null ? "The node has no type." : $"The node type '{named}' is not known.",
                "one of " + string.Join(", ", shapes.Names),
                id));
        }

        var node = new WorkflowNode(
            index, id, type ?? "", data,
            Text(data, "join") == "any" ? JoinKind.Any : JoinKind.All,
            // Before version 12, React Flow called it parentNode.
            Text(element, "parentId") ?? Text(element, "parentNode"));
        return new ReadNode(node, pointer) { IsDrawing = isDrawing };
    }

    private static string? ReadId(JsonElement element, string pointer, List<Problem> problems)
    {
        var id = Text(element, "id");
        if (id is { Length: > 0 and <= MaxIdLength } && !id.AsSpan().ContainsAny('\0', '#'))
            return id;
        problems.Add(
            new Problem(
                $"{pointer}/id",
                id is not null ? "The node's id cannot be used."
                    : element.TryGetProperty("id", out var other) && other.ValueKind != JsonValueKind.Null
                        ? $"The node's id is no text: {other.GetRawText()}."
                    : "The node has no id.",
                $"a string of 1 to {MaxIdLength} characters without '#' and NUL")
            {
                PreventsSaving = true,
            });
        return null;
    }

    /// <summary>
    /// <c>type</c> wins where it names a known node type; teams that use it for their renderer put the node type in
    /// <c>data.node_type</c> or <c>data.type</c>.
    /// </summary>
    private static string? ResolveType(JsonElement element, JsonElement data, INodeShapes shapes)
    {
        ReadOnlySpan<string?> candidates = [Text(element, "type"), Text(data, "node_type"), Text(data, "type")];
        foreach (var candidate in candidates)
        {
            if (candidate is not null && shapes.Find(candidate) is not null)
                return candidate;
        }

        // React Flow itself draws a node without a type as "default".
        return candidates[0] is null && candidates[1] is null && candidates[2] is null && shapes.Find("default") is not null
            ? "default"
            : null;
    }

    private static string? Text(JsonElement element, string property) =>
        element.TryGetProperty(property, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
