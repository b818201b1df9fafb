using System.Text.Json.Nodes;
using CsCheck;

namespace WorkflowFunctions.Tests.Model;

/// <summary>A workflow that was made at random, with all that decides what comes of it.</summary>
/// <param name="Nodes">The nodes of the workflow itself, in an order in which every edge points forward.</param>
/// <param name="Seed">What decides when people and accidents interfere.</param>
internal sealed record RandomWorkflow(IReadOnlyList<RandomNode> Nodes, int Seed)
{
    private const int MaxDepth = 2;

    private static readonly string[] s_leaves =
    [
        "transform", "transform", "condition", "switch", "merge", "fail", "flaky", "delay", "approval", "wait_for_signal", "sub_workflow",
        "generate_copy", "generate_image", "attach_images", "http_request",
    ];

    /// <summary>Workflows of up to some thirty nodes of all kinds, with loops in loops.</summary>
    public static Gen<RandomWorkflow> Any { get; } = Gen.Select(
        NodesAt(0), Gen.Int[0, 1_000_000], (nodes, seed) => new RandomWorkflow(Name(nodes, "n"), seed));

    /// <summary>All nodes, those of bodies included, each with the node that has the body.</summary>
    public IEnumerable<(RandomNode Node, string? ParentId)> All() => AllOf(Nodes, null);

    /// <summary>The file.</summary>
    /// <param name="childTemplateId">The template that sub-workflows run.</param>
    /// <param name="service">The address that requests go to.</param>
    public JsonObject ToFile(string childTemplateId, string service)
    {
        var nodes = new JsonArray();
        var edges = new JsonArray();
        foreach (var (node, parentId) in All())
        {
            var drawn = new JsonObject { ["id"] = node.Id, ["type"] = node.Type, ["data"] = node.Settings(childTemplateId, service) };
            if (parentId is not null)
                drawn["parentId"] = parentId;
            nodes.Add(drawn);
            foreach (var edge in node.Incoming)
            {
                var line = new JsonObject { ["id"] = $"e{edges.Count}", ["source"] = edge.Source, ["target"] = node.Id };
                if (edge.Branch is not null)
                    line["sourceHandle"] = edge.Branch;
                edges.Add(line);
            }
        }

        return new JsonObject { ["name"] = $"random {Seed}", ["nodes"] = nodes, ["edges"] = edges };
    }

    public override string ToString() => ToFile("child", "http://service").ToJsonString();

    private static IEnumerable<(RandomNode Node, string? ParentId)> AllOf(IReadOnlyList<RandomNode> nodes, string? parentId) =>
        nodes.SelectMany(node => AllOf(node.Body, node.Id).Prepend((node, parentId)));

    private static Gen<RandomNode[]> NodesAt(int depth) => NodeAt(depth).Array[1, depth == 0 ? 8 : 3];

    private static Gen<RandomNode> NodeAt(int depth)
    {
        var leaf = Gen.Select(
            Gen.OneOf(s_leaves), Gen.Int[0, 3], Gen.Int[0, 9], Gen.Select(Gen.Int[0, 7], Gen.Int[0, 4]).Array[0, 2], Gen.Bool,
            (type, choice, onError, incoming, joinsAny) => new RandomNode(type, choice, OnErrorOf(onError), incoming, joinsAny, []));
        if (depth >= MaxDepth)
            return leaf;
        var loop = Gen.Select(
            Gen.Int[0, 3], Gen.Int[0, 9], Gen.Select(Gen.Int[0, 7], Gen.Int[0, 4]).Array[0, 2], NodesAt(depth + 1),
            (count, onError, incoming, body) => new RandomNode("for_each", count, OnErrorOf(onError), incoming, false, body));
        return Gen.Frequency((6, leaf), (1, loop));
    }

    /// <summary>Few nodes fail the whole execution; the others would hardly be tried.</summary>
    private static string OnErrorOf(int choice) => choice switch
    {
        0 => "fail",
        < 5 => "continue",
        _ => "branch",
    };

    /// <summary>Gives the nodes their ids, and turns the numbers of their edges into edges from nodes before them.</summary>
    private static RandomNode[] Name(IReadOnlyList<RandomNode> nodes, string prefix)
    {
        var named = new List<RandomNode>();
        foreach (var node in nodes)
        {
            var id = $"{prefix}{named.Count}";
            var edges = named.Count == 0 ? [] : node.Links
                .Select(link => new { Source = SourceOf(node, link.Item1, named), Handle = link.Item2 })
                .Select(link => new RandomEdge(link.Source, link.Source.Branches[link.Handle % link.Source.Branches.Count]))
                .Distinct()
                .ToList();
            named.Add(node with { Id = id, Incoming = edges, Body = Name(node.Body, id + "x") });
        }

        return [.. named];
    }

    /// <summary>One of the nodes before; for what attaches images one that draws them, where there is one.</summary>
    private static RandomNode SourceOf(RandomNode node, int link, List<RandomNode> before)
    {
        var fitting = node.Type == "attach_images" ? before.FindAll(source => source.Type == "generate_image") : [];
        return fitting.Count > 0 ? fitting[link % fitting.Count] : before[link % before.Count];
    }
}

/// <summary>An edge to a node.</summary>
/// <param name="From">Where it comes from.</param>
/// <param name="Branch">The handle that it leaves from; null for none.</param>
internal sealed record RandomEdge(RandomNode From, string? Branch)
{
    public string Source => From.Id;
}
