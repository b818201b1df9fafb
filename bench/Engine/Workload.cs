using System.Text.Json;

namespace WorkflowFunctions.Bench.Engine;

/// <summary>
/// A shape of workflow and how many executions of it to run. A node returns a JSON object of 200 bytes and does nothing else, but wait.
/// </summary>
/// <param name="Name">What it is called.</param>
/// <param name="Executions">How many are counted.</param>
/// <param name="InFlight">How many run at once.</param>
/// <param name="WarmUp">How many run before, uncounted.</param>
/// <param name="Layers">How many nodes stand side by side in each layer; every node of a layer leads to every one of the next.</param>
/// <param name="NodeType"><c>transform</c>, which is pure, or <see cref="EffectNode"/>.</param>
/// <param name="Milliseconds">How long a node with an effect takes.</param>
internal sealed record Workload(
    string Name, int Executions, int InFlight, int WarmUp, IReadOnlyList<int> Layers, string NodeType = "transform", int Milliseconds = 0)
{
    private const int OutputBytes = 200;

    /// <summary>All of them, by name.</summary>
    public static IReadOnlyDictionary<string, Workload> All { get; } = new Workload[]
    {
        new("chain20", 50, 1, 5, [.. Enumerable.Repeat(1, 20)]),
        new("fan50", 20, 1, 5, [1, 50, 1]),
        new("diamond", 500, 50, 50, [1, 3, 1]),
        new("chain1000", 2, 1, 1, [.. Enumerable.Repeat(1, 1000)]),
        new("fan5000", 2, 1, 1, [1, 5000, 1]),
    }.ToDictionary(workload => workload.Name);

    /// <inheritdoc/>
    public override string ToString() =>
        $"{Executions} executions of {Nodes} nodes in {Layers.Count} layers, {InFlight} at once";

    /// <summary>The nodes of one execution.</summary>
    public int Nodes => Layers.Sum();

    /// <summary>The id of the last node.</summary>
    public string LastNode => $"n{Layers.Count - 1}-0";

    /// <summary>The workflow as React Flow would save it.</summary>
    public (JsonElement Nodes, JsonElement Edges) Draw()
    {
        var nodes = new List<object>();
        var edges = new List<object>();
        for (var layer = 0; layer < Layers.Count; layer++)
        {
            for (var place = 0; place < Layers[layer]; place++)
            {
                var id = $"n{layer}-{place}";
                object data = Milliseconds == 0 ? new { fields = Output(id) } : new { fields = Output(id), milliseconds = Milliseconds };
                nodes.Add(new { id, type = NodeType, position = new { x = layer * 200, y = place * 80 }, data });
                for (var source = 0; layer > 0 && source < Layers[layer - 1]; source++)
                    edges.Add(new { id = $"e{edges.Count}", source = $"n{layer - 1}-{source}", target = id });
            }
        }

        return (JsonSerializer.SerializeToElement(nodes), JsonSerializer.SerializeToElement(edges));
    }

    private static object Output(string node)
    {
        var empty = JsonSerializer.Serialize(new { ok = true, node, data = "" });
        return new { ok = true, node, data = new string('x', OutputBytes - empty.Length) };
    }
}
