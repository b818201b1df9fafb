using System.Globalization;
using WorkflowFunctions.Engine.Orchestration;
using WorkflowFunctions.Workflows;

namespace WorkflowFunctions.Durable.Orchestration;

/// <summary>
/// The instance ids of slices: the execution's id, then the items, then what tells one run of a slice from the next:
/// <c>EXECUTION:1.500-1000:9f86d081</c> for items 500 to 999 of a loop that runs for item 1 of another. An event that was meant
/// for a former run thus never stops a later one. Durable Task takes ids of up to 100 characters, without <c>#</c>.
/// </summary>
internal static class SliceId
{
    private const char Mark = ':';

    /// <summary>What the ids of an execution's slices begin with.</summary>
    public static string Prefix(string executionId) => executionId + Mark;

    /// <summary>The id of one run of a slice.</summary>
    public static string New(LoopSlice slice, Guid run)
    {
        var outer = NodePath.Parse(slice.NodeId).Items.TrimStart('#').Replace('#', '.');
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{slice.ExecutionId}{Mark}{outer}{(outer.Length > 0 ? "." : "")}{slice.From}-{slice.To}{Mark}{run.ToString("N")[..8]}");
    }

    /// <summary>Whether a slice may have a node; slices of two loops that run for the same items cannot be told apart.</summary>
    /// <param name="instanceId">The id of the slice.</param>
    /// <param name="executionId">The execution.</param>
    /// <param name="path">The node.</param>
    public static bool MayHave(string instanceId, string executionId, NodePath path)
    {
        var items = instanceId[Prefix(executionId).Length..].Split(Mark)[0].Split('.');
        var of = path.Items.TrimStart('#').Split('#');
        if (of.Length < items.Length || !of.AsSpan(0, items.Length - 1).SequenceEqual(items.AsSpan(0, items.Length - 1)))
            return false;
        var range = items[^1].Split('-').Select(item => int.Parse(item, CultureInfo.InvariantCulture)).ToArray();
        return int.TryParse(of[items.Length - 1], CultureInfo.InvariantCulture, out var index) && index >= range[0] && index < range[1];
    }
}
