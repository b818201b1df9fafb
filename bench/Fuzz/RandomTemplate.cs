using System.Globalization;
using System.Text.Json.Nodes;

namespace WorkflowFunctions.Bench.Fuzz;

/// <summary>Workflows: those of the samples, changed, graphs of nothing but chance, and nodes that ask models.</summary>
/// <param name="samples">Workflows as files have them.</param>
/// <param name="types">The node types that the server knows.</param>
internal sealed class RandomTemplate(IReadOnlyList<string> samples, IReadOnlyList<string> types)
{
    private static readonly string[] s_settings =
    [
        "prompt", "system", "model", "temperature", "max_tokens", "response_format", "json_schema", "output_schema", "url", "method",
        "headers", "body", "query", "timeout_seconds", "fields", "condition", "value", "cases", "seconds", "until", "signal", "items",
        "max_parallel", "concurrency", "template_id", "params", "message", "retry", "on_error", "cache", "size", "count", "n",
        "document_id", "image_ids", "label", "question", "title", "assignee", "when",
    ];

    /// <summary>A workflow.</summary>
    public JsonNode? Make(Random random) => random.Next(4) switch
    {
        0 when samples.Count > 0 => JsonMutation.Mutate(JsonNode.Parse(HostileValues.Pick(random, samples)), random, random.Next(1, 6)),
        1 => Graph(random),
        2 => Models(random),
        _ => JsonMutation.Mutate(Graph(random), random, random.Next(3)),
    };

    private JsonObject Graph(Random random)
    {
        var count = random.Next(40) == 0 ? random.Next(500, 3_000) : random.Next(0, 14);
        var nodes = new JsonArray();
        for (var i = 0; i < count; i++)
            nodes.Add(Node(random, random.Next(25) == 0 ? random.Next(count) : i, count));
        var edges = new JsonArray();
        for (var i = random.Next(0, (count * 2) + 1); i > 0; i--)
            edges.Add(Edge(random, i, count));
        return new JsonObject
        {
            ["name"] = random.Next(8) == 0 ? HostileValues.Text(random) : "Random",
            ["nodes"] = nodes,
            ["edges"] = edges,
            ["default_params"] = random.Next(3) == 0 ? HostileValues.Json(random) : new JsonObject { ["a"] = HostileValues.Json(random) },
        };
    }

    /// <summary>Nodes that ask models and are in order, so that what is of chance is the answers.</summary>
    private static JsonObject Models(Random random)
    {
        var nodes = new JsonArray();
        for (var i = random.Next(1, 7); i > 0; i--)
        {
            var data = new JsonObject
            {
                ["prompt"] = $"Number {random.Next().ToString(CultureInfo.InvariantCulture)}",
                ["retry"] = new JsonObject { ["max_attempts"] = random.Next(1, 3), ["delay_seconds"] = 0.1 },
            };
            var isImage = random.Next(3) == 0;
            if (!isImage && random.Next(2) == 0)
                data["json_schema"] = new JsonObject
                {
                    ["type"] = "object",
                    ["properties"] = new JsonObject { ["text"] = new JsonObject { ["type"] = "string" } },
                    ["required"] = new JsonArray("text"),
                };
            nodes.Add(new JsonObject { ["id"] = Name(i), ["type"] = isImage ? "generate_image" : "generate_copy", ["data"] = data });
        }

        return new JsonObject { ["name"] = "Models", ["nodes"] = nodes, ["edges"] = new JsonArray() };
    }

    private JsonObject Node(Random random, int i, int count)
    {
        var data = new JsonObject();
        for (var left = random.Next(5); left > 0; left--)
            data[HostileValues.Pick(random, s_settings)] = random.Next(2) == 0
                ? JsonValue.Create(HostileValues.Liquid(random))
                : HostileValues.Json(random);
        var node = new JsonObject
        {
            ["id"] = random.Next(30) == 0 ? HostileValues.Text(random) : Name(i),
            ["type"] = random.Next(30) == 0 || types.Count == 0 ? HostileValues.Text(random) : HostileValues.Pick(random, types),
            ["data"] = data,
        };
        if (random.Next(6) == 0)
            node["parentId"] = Name(random.Next(count));
        return node;
    }

    private static JsonObject Edge(Random random, int i, int count)
    {
        // Mostly forward, so that some graphs have no cycle.
        var (a, b) = (random.Next(count + 1), random.Next(count + 1));
        var (source, target) = random.Next(20) == 0 ? (a, b) : (Math.Min(a, b), Math.Max(a, b));
        var edge =
            new JsonObject { ["id"] = random.Next(20) == 0 ? "same" : $"e{i}", ["source"] = Name(source), ["target"] = Name(target) };
        if (random.Next(5) == 0)
            edge["sourceHandle"] = HostileValues.Pick(
                random, ["true", "false", "error", "default", "body", "done", HostileValues.Text(random)]);
        return edge;
    }

    private static string Name(int i) => "n" + i.ToString(CultureInfo.InvariantCulture);
}
