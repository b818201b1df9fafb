using System.Diagnostics;
using Npgsql;
using WorkflowFunctions.Engine.Commit;
using WorkflowFunctions.Engine.Orchestration;
using WorkflowFunctions.Engine.Plans;
using WorkflowFunctions.Workflows;

namespace WorkflowFunctions.Engine.Steps;

/// <summary>
/// Runs a pure node together with those that may follow it (<see cref="Fusion"/>), and records all of them in one commit. As none of
/// them has an effect outside, nobody can tell that one ran before the output that it reads was committed; and if the process ends
/// before the commit, all of them run again.
/// </summary>
internal sealed class FusedRun(
    StepServices services, RecordWriter writer, ActiveExecution execution, NodePath path, Func<NodePlan, NodePath, NodeAttempt> attempt)
{
    /// <summary>What takes longer is recorded before the rest, which other steps may then run side by side.</summary>
    private static readonly TimeSpan s_longest = TimeSpan.FromMilliseconds(20);

    /// <summary>The characters of output that one commit may have before it is made.</summary>
    private const int MaxOutput = 1_000_000;

    private readonly OrderedDictionary<string, ComputedNode> _computed = new(StringComparer.Ordinal);
    private readonly List<Settlement> _followed = [];
    private int _output;

    /// <summary>Runs a node and what may follow it.</summary>
    /// <param name="node">The node.</param>
    /// <param name="first">Its attempt.</param>
    /// <param name="followers">The nodes that may follow it.</param>
    /// <param name="stopping">Fires when the process stops.</param>
    /// <returns>What came of the node, with how those have settled that followed it.</returns>
    /// <inheritdoc cref="NodeAttempt.RunAsync" path="/exception"/>
    public async Task<NodeOutcome> RunAsync(NodePlan node, NodeAttempt first, IReadOnlyList<NodePlan> followers, CancellationToken stopping)
    {
        var began = Stopwatch.GetTimestamp();
        var limit = execution.NodesPerCommit;
        if (await first.TryComputeAsync(_computed, stopping) is not { } computed)
            return await first.RunAsync(stopping);
        Keep(path, computed);
        foreach (var follower in followers)
        {
            if (_computed.Count >= limit || _output > MaxOutput || Stopwatch.GetElapsedTime(began) > s_longest)
                break;
            var followerPath = new NodePath(follower.Node.Id, path.Items);
            if (!MayRun(follower, followerPath) || await attempt(
                follower,
                followerPath).TryComputeAsync(_computed,
                stopping) is not { } next)
                continue;
            Keep(followerPath, next);
            _followed.Add(Settlement.Completed(execution.Plan.Graph.Scope(node.Node.ParentId).PlaceOf(follower.Node.Id), next.Job.Branch));
        }

        if (execution.TryLeaveToEnd([.. _computed.Values.Select(next => next.Job)], InRoot(node)))
            return Settled(computed);
        return _followed.Count == 0 ? await first.RecordAsync(computed) : await RecordAsync(node, first, computed);
    }

    private int InRoot(NodePlan node) => node.Depth == 0 ? _computed.Count : 0;

    private NodeOutcome Settled(ComputedNode computed) => NodeOutcome.Settled(computed.Job.Branch) with { Fused = _followed };

    private void Keep(NodePath nodePath, ComputedNode computed)
    {
        _computed[nodePath.ToString()] = computed;
        _output += computed.Job.Output!.Length;
    }

    /// <summary>Every edge that leads to it comes from a node of this run, and one of them is live.</summary>
    private bool MayRun(NodePlan node, NodePath nodePath)
    {
        var isLive = false;
        foreach (var edge in node.Incoming)
        {
            if (!_computed.TryGetValue(edge.SourceId + path.Items, out var source))
                return false;
            isLive |= source.MakesLive(edge.Branch);
        }

        return isLive && !services.Limits.IsLimited(node.Node.Type) && execution.FindJob(nodePath.ToString()) is null;
    }

    private async Task<NodeOutcome> RecordAsync(NodePlan node, NodeAttempt first, ComputedNode computed)
    {
        // Kept before others may hear that the nodes are settled.
        foreach (var (nodePath, next) in _computed)
            execution.KeepOutput(nodePath, next.Output, next.Job.Output!.Length);
        var jobs = new JobsWrite { ExecutionId = execution.Row.Id, Jobs = [.. _computed.Values.Select(next => next.Job)] };
        try
        {
            if (!await writer.WriteAsync(jobs, execution.NextCheckpoint(_computed.Count, InRoot(node))))
                return NodeOutcome.Halted;
        }
        catch (PostgresException)
        {
            // The database does not take one of them. Each is a step of its own then, so that the one fails alone.
            return await first.RecordAsync(computed);
        }

        foreach (var next in _computed.Values)
        {
            execution.SetJob(next.Job.ToOutcome());
            AttemptTelemetry.Recorded(services.Metrics, next.Job);
        }

        return Settled(computed);
    }
}
