using System.Globalization;

namespace WorkflowFunctions.Workflows;

/// <summary>
/// A node as the record names it: its id, and for a node in a body the items that it runs for, from the outermost
/// <c>for_each</c> to the innermost (workflow format, "In the record": <c>&lt;id&gt;#&lt;outer&gt;#&lt;inner&gt;</c>).
/// </summary>
/// <param name="NodeId">The id of the node in the file; it has no <c>#</c>.</param>
/// <param name="Items"><c>#&lt;outer&gt;#&lt;inner&gt;</c>, or nothing for a node of the workflow itself.</param>
internal readonly record struct NodePath(string NodeId, string Items)
{
    /// <summary>Takes a name of the record apart.</summary>
    public static NodePath Parse(string path)
    {
        var mark = path.IndexOf('#', StringComparison.Ordinal);
        return mark < 0 ? new NodePath(path, "") : new NodePath(path[..mark], path[mark..]);
    }

    /// <summary>The items of the body that runs for one item of a node.</summary>
    /// <param name="items">The items that the node itself runs for.</param>
    /// <param name="index">The item.</param>
    public static string Enter(string items, int index) => string.Create(CultureInfo.InvariantCulture, $"{items}#{index}");

    /// <summary>The item of the innermost body.</summary>
    public int Index => int.Parse(Items.AsSpan(Items.LastIndexOf('#') + 1), CultureInfo.InvariantCulture);

    /// <summary>The path of a node that is seen from this one: it runs for as many of the same items as it is deep.</summary>
    /// <param name="nodeId">The node.</param>
    /// <param name="depth">How many bodies it is in: <see cref="WorkflowGraph.Depth"/>.</param>
    public string See(string nodeId, int depth)
    {
        var end = 0;
        for (var i = 0; i < depth; i++)
        {
            var next = Items.IndexOf('#', end + 1);
            end = next < 0 ? Items.Length : next;
        }

        return string.Concat(nodeId, Items.AsSpan(0, end));
    }

    /// <summary>Whether the node runs for these items of the bodies that it is in, and perhaps for one of a body within.</summary>
    public bool IsFor(string items) =>
        Items.StartsWith(items, StringComparison.Ordinal) && (Items.Length == items.Length || Items[items.Length] == '#');

    /// <summary>How many items it names: as many as it is deep in bodies, if it is named rightly.</summary>
    public int Depth => Items.AsSpan().Count('#');

    /// <inheritdoc/>
    public override string ToString() => NodeId + Items;
}
