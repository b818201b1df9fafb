namespace WorkflowFunctions.Tests.Model;

/// <summary>
/// Says what has to come of a workflow, in the plainest way: node after node, item after item, with nothing at the same time and
/// nothing ever going wrong from outside.
/// </summary>
internal sealed class ReferenceInterpreter
{
    private readonly Dictionary<string, Ending> _endings = new(StringComparer.Ordinal);
    private readonly List<(string Name, object Payload)> _signals = [];

    private readonly Func<string, string> _write;

    private ReferenceInterpreter(Func<string, string> write) => _write = write;

    /// <summary>How each node ends, as the record names it. What follows a node that fails everything is not among them.</summary>
    public IReadOnlyDictionary<string, Ending> Endings => _endings;

    /// <summary>The signals that nodes wait for.</summary>
    public IReadOnlyList<(string Name, object Payload)> Signals => _signals;

    /// <summary>Whether the execution fails.</summary>
    public bool Fails { get; private set; }

    /// <summary>Interprets a workflow.</summary>
    /// <param name="workflow">The workflow.</param>
    /// <param name="write">What the language model writes for a prompt.</param>
    public static ReferenceInterpreter Run(RandomWorkflow workflow, Func<string, string> write)
    {
        var interpreter = new ReferenceInterpreter(write);
        interpreter.Fails = !interpreter.RunScope(workflow.Nodes, "");
        return interpreter;
    }

    /// <summary>Runs nodes in their order; false if one of them fails them all.</summary>
    private bool RunScope(IReadOnlyList<RandomNode> nodes, string items)
    {
        var holds = true;
        foreach (var node in nodes)
        {
            var sources = node.Incoming.Select(edge => (Edge: edge, Ending: _endings.GetValueOrDefault(edge.Source + items))).ToList();
            var isLive = sources.Exists(source => source.Ending is { } ending && ending.MakesLive(source.Edge.Branch));
            // One that comes after a node that failed everything is never decided, unless it did not have to wait for it.
            if (sources.Exists(source => source.Ending is null or { FailsAll: true })
                && !(isLive && node is { JoinsAny: true, Type: "transform" }))
                continue;
            var ending = node.Incoming.Count > 0 && !isLive ? Ending.Skipped : RunNode(node, items);
            _endings[node.Id + items] = ending;
            holds &= !ending.FailsAll;
        }

        return holds;
    }

    private Ending RunNode(RandomNode node, string items)
    {
        if (node.SignalFor(items) is { } signal)
            _signals.Add((signal, node.Answer));
        var text = node.Says(node.Reads is { } source ? _endings[source.Id + items].Value ?? "-" : null);
        switch (node.Type)
        {
            case "fail":
            case "flaky" or "http_request" or "generate_copy" or "generate_image" when node.Choice == 3:
            case "sub_workflow" when node.Choice == 0:
            case "attach_images" when node.Images is null || _endings[node.Images.Id + items].Status != "completed":
                return Ending.Failed(node.OnError);
            case "transform" or "http_request":
                return Ending.Completed(text);
            case "generate_copy":
                return Ending.Completed(_write(text)) with { Made = node.Choice == 1 ? [$"{node.Id}{items}:document"] : [] };
            case "generate_image":
                return Ending.Completed() with
                {
                    Made = [.. Enumerable.Range(0, node.ImageCount).Select(index => $"{node.Id}{items}:image-{index}")],
                };
            case "attach_images":
                return Ending.Completed() with
                {
                    Made = [.. Enumerable.Range(0, node.Images.ImageCount).Select(index => $"{node.Id}{items}:{index}")],
                };
            case "condition":
                return Ending.Completed(branch: node.Choice < 2 ? "true" : "false");
            case "switch":
                return Ending.Completed(branch: node.Choice switch { 0 => "a", 1 => "b", _ => "default" });
            case "approval":
                return Ending.Completed(branch: node.Choice < 2 ? "approved" : "rejected");
            case "wait_for_signal":
                return Ending.Completed("signal");
            case "for_each":
                var holds = true;
                for (var index = 0; index < node.Choice; index++)
                    holds &= RunScope(node.Body, $"{items}#{index}");
                return holds ? Ending.Completed() : Ending.Failed(node.OnError);
            default:
                return Ending.Completed();
        }
    }
}

/// <summary>How a node ends.</summary>
/// <param name="Status">The status of its job.</param>
/// <param name="Branch">The branch that it takes.</param>
/// <param name="Value">The text of its output; null for one without.</param>
/// <param name="FailsAll">Whether it fails what it is part of.</param>
internal sealed record Ending(string Status, string? Branch, string? Value, bool FailsAll)
{
    /// <summary>The documents, images and attachments that it makes: their ids, without that of the execution.</summary>
    public IReadOnlyList<string> Made { get; init; } = [];

    public static readonly Ending Skipped = new("skipped", null, null, false);

    public static Ending Completed(string? value = null, string? branch = null) => new("completed", branch, value, false);

    public static Ending Failed(string onError) => new("failed", onError == "branch" ? "error" : null, null, onError == "fail");

    public bool MakesLive(string? edgeBranch) =>
        Status != "skipped" && !FailsAll && (edgeBranch is null ? Branch != "error" : edgeBranch == Branch);
}
