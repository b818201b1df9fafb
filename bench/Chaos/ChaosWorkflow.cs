using System.Text.Json.Nodes;

namespace WorkflowFunctions.Bench.Chaos;

/// <summary>A workflow whose end is known beforehand.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Nodes">Its nodes.</param>
/// <param name="Edges">Its edges.</param>
/// <param name="Status">The status that an execution of it ends with.</param>
/// <param name="Jobs">The jobs that it has then.</param>
/// <param name="Outputs">Its outputs then, as JSON; null if it fails.</param>
/// <param name="Signals">What is sent to it: names and payloads.</param>
internal sealed record ChaosWorkflow(
    string Name, JsonArray Nodes, JsonArray Edges, string Status, int Jobs, string? Outputs,
    params IReadOnlyList<(string Name, object Payload)> Signals)
{
    private const int Items = 12;

    /// <summary>
    /// One of each kind: a chain, a fan-out, a loop, an approval, a wait for a signal, sub-workflows, and one that fails.
    /// </summary>
    /// <param name="childTemplateId">The template that sub-workflows run.</param>
    public static IReadOnlyList<ChaosWorkflow> All(string childTemplateId) =>
    [
        Chain(), FanOut(), Loop(), Approval(), Signal(), Children(childTemplateId), Failing(),
    ];

    /// <summary>The template that sub-workflows run.</summary>
    public static ChaosWorkflow Child() =>
        new(
            "chaos child",
            [
                Node("pause", "delay", new { seconds = 0.05 }),
                Node("double", "transform", new { fields = new { v = "{{ params.n | times: 2 }}" } }),
            ],
            [Edge("pause", "double")],
            "completed",
            2,
            null);

    /// <summary>The file.</summary>
    public JsonObject ToFile() => new() { ["name"] = Name, ["nodes"] = Nodes.DeepClone(), ["edges"] = Edges.DeepClone() };

    private static ChaosWorkflow Chain()
    {
        var nodes = new JsonArray(Node("n0", "transform", new { fields = new { v = 0 } }));
        var edges = new JsonArray();
        for (var i = 1; i < 15; i++)
        {
            var node =
                i % 4 == 0
                    ? Node($"n{i}", "delay", new { seconds = 0.1 })
                    : Node(
                        $"n{i}", "transform",
                        new { fields = new { v = $"{{{{ nodes.n{(i % 4 == 1 && i > 1 ? i - 2 : i - 1)}.v | plus: 1 }}}}" } });
            nodes.Add(node);
            edges.Add(Edge($"n{i - 1}", $"n{i}"));
        }

        return new("chaos chain", nodes, edges, "completed", 15, """{"n14":{"v":11}}""");
    }

    private static ChaosWorkflow FanOut()
    {
        var nodes = new JsonArray(Node("start", "input"));
        var edges = new JsonArray();
        for (var i = 0; i < 20; i++)
        {
            nodes.Add(Node($"n{i}", "transform", new { fields = new { v = i } }));
            edges.Add(Edge("start", $"n{i}"));
            edges.Add(Edge($"n{i}", "end"));
        }

        nodes.Add(Node("end", "output", new { value = "{{ nodes.n19.v }}" }));
        return new("chaos fan-out", nodes, edges, "completed", 22, """{"end":19}""");
    }

    private static ChaosWorkflow Loop() => new(
        "chaos loop",
        [
            Node("each", "for_each", new { items = Enumerable.Range(0, Items), max_parallel = 3 }),
            Node("pause", "delay", new { seconds = 0.05 }, "each"),
            Node("square", "transform", new { fields = new { v = "{{ item | times: item }}" } }, "each"),
            Node("end", "output", new { value = "{{ nodes.each.results | map: 'v' }}" }),
        ],
        [Edge("pause", "square"), Edge("each", "end")],
        "completed", 2 + (2 * Items), $$"""{"end":[{{string.Join(',', Enumerable.Range(0, Items).Select(item => item * item))}}]}""");

    private static ChaosWorkflow Approval() =>
        new(
            "chaos approval",
            [
                Node("ask", "approval", new { message = "Go on?" }),
                Node("yes", "output", new { value = "{{ nodes.ask.decided_by }}" }),
                Node("no", "merge"),
            ],
            [Edge("ask", "yes", "approved"), Edge("ask", "no", "rejected")],
            "completed",
            3,
            """{"yes":"ada"}""",
            ("ask", new { decision = "approved", decided_by = "ada" }));

    private static ChaosWorkflow Signal() =>
        new(
            "chaos signal",
            [
                Node("a", "wait_for_signal", new { signal = "go" }),
                Node("b", "delay", new { seconds = 0.2 }),
                Node("end", "output", new { value = "{{ nodes.a.n }}" }),
            ],
            [Edge("a", "b"), Edge("b", "end")],
            "completed",
            3,
            """{"end":7}""",
            ("go", new { n = 7 }));

    private static ChaosWorkflow Children(string childTemplateId) => new(
        "chaos children",
        [
            Node("each", "for_each", new { items = Enumerable.Range(1, 3) }),
            Node("sub", "sub_workflow", new { template_id = childTemplateId, @params = new { n = "{{ item }}" } }, "each"),
            Node("end", "output", new { value = "{{ nodes.each.results | map: 'outputs' | map: 'double' | map: 'v' }}" }),
        ],
        [Edge("each", "end")],
        "completed", 5, """{"end":[2,4,6]}""");

    private static ChaosWorkflow Failing() => new(
        "chaos failing",
        [Node("a", "delay", new { seconds = 0.1 }), Node("b", "fail", new { message = "as it should" }), Node("c", "merge")],
        [Edge("a", "b"), Edge("b", "c")],
        "failed", 2, null);

    private static JsonObject Node(string id, string type, object? data = null, string? parentId = null)
    {
        var node =
            new JsonObject { ["id"] = id, ["type"] = type, ["data"] = System.Text.Json.JsonSerializer.SerializeToNode(data ?? new { }) };
        if (parentId is not null)
            node["parentId"] = parentId;
        return node;
    }

    private static JsonObject Edge(string source, string target, string? handle = null)
    {
        var edge = new JsonObject { ["id"] = $"{source}-{target}", ["source"] = source, ["target"] = target };
        if (handle is not null)
            edge["sourceHandle"] = handle;
        return edge;
    }
}
