using System.Text.Json;

namespace WorkflowFunctions.Local.Commands;

/// <summary>How a node stands, as the events tell it.</summary>
/// <param name="Id">The node's id.</param>
/// <param name="Label">What people read.</param>
/// <param name="Type">The node type.</param>
internal sealed record NodeProgress(string Id, string Label, string Type)
{
    /// <summary>Empty until something happens.</summary>
    public string Status { get; private set; } = "";

    /// <summary>Attempts so far.</summary>
    public int Attempts { get; private set; }

    /// <summary>When the first attempt began.</summary>
    public DateTimeOffset? StartedAt { get; private set; }

    /// <summary>When it was settled.</summary>
    public DateTimeOffset? EndedAt { get; private set; }

    /// <summary>The last message of an attempt that failed.</summary>
    public string? Problem { get; private set; }

    /// <summary>The nodes of a template, in its order.</summary>
    public static IReadOnlyList<NodeProgress> Of(JsonElement template) =>
        [.. template.GetProperty("nodes_json").EnumerateArray().Select(node =>
        {
            var id = node.GetProperty("id").GetString()!;
            var data = node.TryGetProperty("data", out var given) && given.ValueKind == JsonValueKind.Object ? given : default;
            var type = Text(data, "node_type") ?? Text(node, "type") ?? "default";
            return new NodeProgress(id, Text(data, "label") ?? id, type);
        })];

    /// <summary>Takes in an event of the node.</summary>
    public void Apply(JsonElement item)
    {
        var at = item.GetProperty("created_at").GetDateTimeOffset();
        switch (item.GetProperty("event_type").GetString())
        {
            case "node_started":
                Status = "running";
                Attempts++;
                StartedAt ??= at;
                break;
            case "node_completed":
                (Status, EndedAt) = ("completed", at);
                break;
            case "node_skipped":
                (Status, EndedAt) = ("skipped", at);
                break;
            case "node_waiting":
                Status = "waiting";
                break;
            case "node_retrying":
                (Status, Problem) = ("retrying", item.GetProperty("message").GetString());
                break;
            case "node_failed":
                (Status, EndedAt, Problem) = ("failed", at, item.GetProperty("message").GetString());
                break;
        }
    }

    private static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
}
