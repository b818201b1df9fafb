using System.Text.Json;

namespace WorkflowFunctions.Workflows;

/// <summary>Reads the <c>edges</c> of a file.</summary>
internal static class EdgeReader
{
    /// <summary>Reads the edges; null where they cannot be read far enough to check the graph as a whole.</summary>
    public static List<WorkflowEdge>? Read(
        JsonElement edges, IReadOnlyList<ReadNode> nodes, IReadOnlySet<string> drawings, INodeShapes shapes, List<Problem> problems)
    {
        if (edges.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null)
            return [];
        if (edges.ValueKind != JsonValueKind.Array)
        {
            problems.Add(new Problem("/edges", "The edges are not a list.", "an array of edges") { PreventsSaving = true });
            return null;
        }

        var count = edges.GetArrayLength();
        if (count > WorkflowFile.MaxEdges)
        {
            problems.Add(
                new Problem("/edges", $"The workflow has {count} edges.", $"at most {WorkflowFile.MaxEdges} edges")
                {
                    PreventsSaving = true,
                });
            return null;
        }

        var reading = new Reading(nodes, drawings, shapes, problems);
        var position = 0;
        foreach (var element in edges.EnumerateArray())
            reading.Add(element, $"/edges/{position++}");
        return reading.Edges;
    }

    private sealed class Reading
    {
        private readonly IReadOnlyList<ReadNode> _nodes;
        private readonly IReadOnlySet<string> _drawings;
        private readonly INodeShapes _shapes;
        private readonly List<Problem> _problems;
        private readonly Dictionary<string, int> _indexById = new(StringComparer.Ordinal);
        private readonly HashSet<string> _edgeIds = new(StringComparer.Ordinal);
        private readonly Dictionary<int, HashSet<string>> _branches = [];

        public Reading(IReadOnlyList<ReadNode> nodes, IReadOnlySet<string> drawings, INodeShapes shapes, List<Problem> problems)
        {
            (_nodes, _drawings, _shapes, _problems) = (nodes, drawings, shapes, problems);
            foreach (var (node, _) in nodes)
                _indexById.TryAdd(node.Id, node.Index);
        }

        public List<WorkflowEdge> Edges { get; } = [];

        public void Add(JsonElement element, string pointer)
        {
            if (element.ValueKind != JsonValueKind.Object)
            {
                _problems.Add(
                    new Problem(pointer, "An edge is not an object.", "an object with id, source and target") { PreventsSaving = true });
                return;
            }

            var id = Text(element, "id");
            if (id is not null && !_edgeIds.Add(id))
                _problems.Add(
                    new Problem($"{pointer}/id", $"The edge id '{id}' is used twice.", "an id of its own", EdgeId: id)
                    {
                        PreventsSaving = true,
                    });

            var source = FindEnd(element, "source", id, pointer);
            var target = FindEnd(element, "target", id, pointer);
            if (source is null || target is null)
                return;
            CheckBorder(_nodes[source.Value].Node, _nodes[target.Value].Node, id, pointer);
            var branch = ReadBranch(element);
            if (branch is not null && BranchesOf(_nodes[source.Value].Node) is { } branches)
            {
                // Without branches to choose from, a handle only says where the edge is drawn; one that waits for an error has to have it.
                if (branches.Count == 0 && branch != Frontier.ErrorBranch)
                    branch = null;
                else if (!branches.Contains(branch))
                    ReportBranch(_nodes[source.Value].Node, branch, branches, id, pointer);
            }

            Edges.Add(new WorkflowEdge(source.Value, target.Value, branch));
        }

        private int? FindEnd(JsonElement element, string end, string? edgeId, string pointer)
        {
            var nodeId = Text(element, end);
            if (nodeId is not null && _indexById.TryGetValue(nodeId, out var index))
                return index;
            _problems.Add(
                new Problem(
                    $"{pointer}/{end}",
                    nodeId is not null && _drawings.Contains(nodeId)
                            ? $"The edge's {end} '{nodeId}' is a frame or a note, which does not run."
                        : nodeId is not null ? $"The edge's {end} '{nodeId}' is not a node of the workflow."
                        : element.TryGetProperty(end, out var other) && other.ValueKind != JsonValueKind.Null
                            ? $"The edge's {end} is no text: {other.GetRawText()}."
                        : $"The edge has no {end}.",
                    "the id of a node",
                    EdgeId: edgeId));
            return null;
        }

        private void CheckBorder(WorkflowNode source, WorkflowNode target, string? edgeId, string pointer)
        {
            if (source.ParentId != target.ParentId)
            {
                _problems.Add(new Problem(
                    pointer,
                    $"The edge from '{source.Id}' to '{target.Id}' crosses the border of a body.",
                    "an edge between nodes of the same body; its first nodes start by themselves, and what follows leaves from the node "
                        + "that has the body",
                    target.Id,
                    edgeId));
            }
        }

        /// <summary>The branches that a node can take; null if its type is not known.</summary>
        private HashSet<string>? BranchesOf(WorkflowNode node)
        {
            if (_shapes.Find(node.Type) is not { } shape)
                return null;
            if (!_branches.TryGetValue(node.Index, out var branches))
                _branches[node.Index] = branches = [.. shape.Branches(node.Data)];
            return branches;
        }

        private void ReportBranch(WorkflowNode node, string branch, HashSet<string> branches, string? edgeId, string pointer) =>
            _problems.Add(
                new Problem(
                    $"{pointer}/sourceHandle", $"The node '{node.Id}' ({node.Type}) has no handle '{branch}'.",
                    branches.Count == 0 ? "a node with \"on_error\": \"branch\"" : "one of " + string.Join(", ", branches), node.Id,
                    edgeId));

        /// <summary>The handle; null for none. What is not a string is no handle of any node, and is written as it stands.</summary>
        private static string? ReadBranch(JsonElement element) =>
            !element.TryGetProperty("sourceHandle", out var handle) || handle.ValueKind == JsonValueKind.Null ? null
            : handle.ValueKind != JsonValueKind.String ? handle.GetRawText()
            : handle.GetString() is { Length: > 0 } name ? name
            : null;

        private static string? Text(JsonElement element, string property) =>
            element.TryGetProperty(property, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
    }
}
